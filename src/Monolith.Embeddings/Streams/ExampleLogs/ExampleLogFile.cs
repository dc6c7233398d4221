using Monolith.Embeddings.Diagnostics;

namespace Monolith.Embeddings.Streams;

/// <summary>A file of an <see cref="ExampleLog"/>. Immutable.</summary>
public sealed record ExampleLogFile
{
    /// <summary>Its name in the store.</summary>
    public required string Name { get; init; }

    /// <summary>Its length in bytes.</summary>
    public required long Bytes { get; init; }

    /// <summary>The number of its first row in the log.</summary>
    public required long FirstRow { get; init; }

    /// <summary>How many rows it has.</summary>
    public required long Rows { get; init; }

    /// <summary>The least event time of its rows, in milliseconds since the Unix epoch.</summary>
    public required long FirstEventTimeMilliseconds { get; init; }

    /// <summary>The greatest event time of its rows, in milliseconds since the Unix epoch.</summary>
    public required long LastEventTimeMilliseconds { get; init; }

    /// <summary>The fingerprint of the schema of its rows.</summary>
    public required ulong SchemaFingerprint { get; init; }

    /// <inheritdoc />
    public override string ToString() => RecordText.Of(nameof(ExampleLogFile), PrintMembers);
}
