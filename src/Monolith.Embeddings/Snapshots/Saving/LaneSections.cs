namespace Monolith.Embeddings.Snapshots.Saving;

/// <summary>The numbers of a table's sections in a file that is being written.</summary>
internal readonly record struct LaneSections(int Rows, int Removed, int Admission);
