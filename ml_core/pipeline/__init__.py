"""One function per thing a person can do. The command calls them; the window asks by name.

Nothing heavy is imported here: `tasks.load` imports a task's module when it is first asked for.
"""
