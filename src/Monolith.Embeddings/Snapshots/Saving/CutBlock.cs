namespace Monolith.Embeddings.Snapshots.Saving;

/// <summary>A block of a file while it is filled.</summary>
/// <param name="bytes">How many bytes it takes.</param>
internal sealed class CutBlock(int bytes)
{
    private readonly byte[] _bytes = GC.AllocateUninitializedArray<byte>(bytes);
    private int _filled;

    /// <summary>What it is of.</summary>
    public BlockPlace Place { get; private set; }

    public uint Items { get; private set; }

    /// <summary>How many bytes it takes.</summary>
    public int Bytes => _bytes.Length;

    public int Free => _bytes.Length - _filled;

    public ReadOnlySpan<byte> Payload => _bytes.AsSpan(0, _filled);

    public void Begin(BlockPlace place) => (Place, Items, _filled) = (place, 0, 0);

    /// <summary>Room for one more item.</summary>
    public Span<byte> Add(int itemBytes)
    {
        var item = _bytes.AsSpan(_filled, itemBytes);
        _filled += itemBytes;
        Items++;
        return item;
    }
}
