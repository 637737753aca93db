"""Two releases over one table: what each writes is read and changed by the other, before and after a rollback."""
