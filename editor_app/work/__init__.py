"""Work in other processes: jobs, their queues, and the library they read songs into."""
