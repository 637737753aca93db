"""Two releases over one table: what each writes has to be read and changed by the other, before and after a rollback."""
