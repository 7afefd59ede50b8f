"""The window itself: menus, side bar, status line, banners, dialogs and its commands."""
