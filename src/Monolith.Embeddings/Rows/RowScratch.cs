using Monolith.Embeddings.Memory;

namespace Monolith.Embeddings.Rows;

/// <summary>
/// A row in full precision, for rules to work on, and room for what it is packed into: so the stored row changes at the very end, and not
/// at all where the result does not fit. Each thread keeps one.
/// </summary>
internal sealed unsafe class RowScratch : IDisposable
{
    [ThreadStatic]
    private static RowScratch? _idle;

    private readonly PinnedBuffer<byte> _plain = new(), _packed = new();
    private RowLayout _layout = null!;
    private int _plainBytes, _packedBytes;

    /// <summary>The row in full precision. Of its header, nothing is there.</summary>
    public Row Row => new(_plain.Pointer);

    /// <summary>All weights in full precision.</summary>
    public Span<float> Weights => new(Row.Floats, _layout.Dimension);

    /// <summary>All weights and states in full precision.</summary>
    public Span<float> Floats => new(Row.Floats, _layout.FloatCount);

    private Row Packed => new(_packed.Pointer);

    /// <summary>Scratch for rows of a layout. A plug-in may use another table meanwhile, which gets another one.</summary>
    public static RowScratch Rent(RowLayout layout)
    {
        var scratch = _idle ?? new RowScratch();
        _idle = null;
        scratch.Reserve(layout);
        return scratch;
    }

    /// <summary>Unpacks a stored row.</summary>
    public void Load(Row stored)
    {
        RowPacking.Unpack(_layout.WeightParts, stored, Floats);
        RowPacking.Unpack(_layout.StateParts, stored, Floats);
    }

    /// <summary>Makes the weights what they will be once they are stored, so that a state derived from them is right.</summary>
    /// <returns>False where one does not fit.</returns>
    public bool TryRoundWeights()
    {
        if (!RowPacking.TryPack(_layout.WeightParts, Floats, Packed, key: null)) return false;
        RowPacking.Unpack(_layout.WeightParts, Packed, Floats);
        return true;
    }

    /// <summary>Makes of the numbers what will be stored.</summary>
    /// <param name="key">Of the random bits by which numbers are rounded; null: to the nearest.</param>
    /// <returns>False where a number of 16 bits does not fit.</returns>
    public bool TryPack(ulong? key) =>
        RowPacking.TryPack(_layout.WeightParts, Floats, Packed, key) && RowPacking.TryPack(_layout.StateParts, Floats, Packed, key);

    /// <summary>Stores what was packed.</summary>
    /// <param name="stored">Receives the numbers; the header and what rows track stay.</param>
    public void Store(Row stored)
    {
        var numbers = _layout.NumbersEnd - RowLayout.HeaderBytes;
        new ReadOnlySpan<byte>(Packed.Floats, numbers).CopyTo(new Span<byte>(stored.Floats, numbers));
    }

    /// <summary>Gives it back to the thread.</summary>
    public void Dispose() => _idle = this;

    private void Reserve(RowLayout layout)
    {
        _layout = layout;
        var plain = RowLayout.HeaderBytes + layout.FloatCount * sizeof(float);
        if (_plainBytes < plain) _plain.Reserve(_plainBytes = plain);
        if (_packedBytes < layout.RowBytes) _packed.Reserve(_packedBytes = layout.RowBytes);
    }
}
