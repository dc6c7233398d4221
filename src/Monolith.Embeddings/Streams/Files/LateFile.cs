namespace Monolith.Embeddings.Streams;

/// <summary>
/// A file that a source will not read, since it came too late: its place in the order lies before what was read. Immutable.
/// </summary>
public sealed class LateFile
{
    /// <summary>Its name, as positions have it.</summary>
    public required string Name { get; init; }

    /// <summary>Where the reading stands.</summary>
    public required LogPosition Position { get; init; }
}
