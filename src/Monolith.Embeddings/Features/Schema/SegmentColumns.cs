using Monolith.Embeddings.Diagnostics;

namespace Monolith.Embeddings.Features;

/// <summary>Where one slot stands in a block of the model's input.</summary>
public sealed record SegmentColumns
{
    /// <summary>The slot.</summary>
    public required FeatureSlot Slot { get; init; }

    /// <summary>Its first float in a row of the block.</summary>
    public required int Start { get; init; }

    /// <summary>How many floats it has there: the dimension, or n times it for <see cref="Pooling.FirstN"/>.</summary>
    public required int Width { get; init; }

    /// <summary>The segment's dimension.</summary>
    public required int Dimension { get; init; }

    /// <summary>Where the segment begins in a row of the slot's table.</summary>
    public required int RowOffset { get; init; }

    /// <inheritdoc />
    public override string ToString() => RecordText.Of(nameof(SegmentColumns), PrintMembers);
}
