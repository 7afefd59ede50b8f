"""Every command in one table, its keys, and Qt's actions made from it."""
