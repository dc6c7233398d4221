using Monolith.Embeddings.Diagnostics;

namespace Monolith.Embeddings.Streams;

/// <summary>
/// What a <see cref="NegativeSampler"/> has done. The counts are of the stream from its start to the newest batch: what is read again after
/// a restart is not counted again.
/// </summary>
public readonly record struct NegativeSamplerStatus
{
    /// <summary>Positives that negatives were drawn for.</summary>
    public long Positives { get; init; }

    /// <summary>Negatives that were drawn.</summary>
    public long Negatives { get; init; }

    /// <summary>
    /// Negatives that were asked for and could not be drawn, since too few items were known that are not rejected: at the start of a
    /// stream.
    /// </summary>
    public long Missing { get; init; }

    /// <summary>Draws that met an item that is rejected, or that the positive has already, and were drawn again.</summary>
    public long Rejections { get; init; }

    /// <summary>Examples that went by as they were: their label is 0 or not observed, or they lack the one item.</summary>
    public long PassedBy { get; init; }

    /// <summary>Of <see cref="PassedBy"/>, examples that are labelled 0.</summary>
    public long LabelledNegative { get; init; }

    /// <summary>Of <see cref="PassedBy"/>, positives whose item slot has no id, or several.</summary>
    public long WithoutItem { get; init; }

    /// <summary>Items that made room for others (<see cref="NegativeSamplerOptions.MaxItems"/>).</summary>
    public long Evicted { get; init; }

    /// <summary>Items that were not seen for too long (<see cref="NegativeSamplerOptions.ItemAge"/>).</summary>
    public long Expired { get; init; }

    /// <summary>Items that may be drawn now.</summary>
    public int Items { get; init; }

    /// <summary>The bytes of items, users, and what is kept to go back by.</summary>
    public long Bytes { get; init; }

    /// <inheritdoc />
    public override string ToString() => RecordText.Of(nameof(NegativeSamplerStatus), PrintMembers);
}
