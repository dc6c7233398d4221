namespace Monolith.Embeddings.Streams.Joining.Keys;

/// <summary>One key behind the other. The first says itself where it ends, by its length or its last byte.</summary>
internal sealed class PairKey<TFirst, TSecond>(JoinKey<TFirst> first, JoinKey<TSecond> second) : JoinKey<(TFirst, TSecond)>
{
    private const int MostFixedBytes = 16;

    public override int Write((TFirst, TSecond) key, Span<byte> destination)
    {
        var length = first.Write(key.Item1, destination);
        if (destination.Length - length < MostFixedBytes)
        {
            throw new ArgumentException(
                $"The first part of a key takes {length} of {MaxBytes} bytes, and the second has no room.", nameof(key));
        }
        return length + second.Write(key.Item2, destination[length..]);
    }
}
