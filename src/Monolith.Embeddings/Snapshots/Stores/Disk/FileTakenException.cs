namespace Monolith.Embeddings.Snapshots.Stores.Disk;

/// <summary>A new file was taken for a leftover in the instant before it was locked. Another name will do.</summary>
/// <param name="path">The file.</param>
internal sealed class FileTakenException(string path) : IOException($"'{path}' was removed while it was made.");
