"""What the pending migrations do to a site that is running: judged by the SQL that Django would run, in words and with a safe way.

Written here, since no linter is in the image of every project, and django-migration-linter and its like read one migration at a time
without the database: neither the sizes of tables nor what else is pending is known to them.
"""
