using System.Runtime.Intrinsics;

namespace TableRatios.Flat;

/// <summary>Memory that is read from its first byte to its last, as fast as one core reads.</summary>
internal sealed unsafe class FlatReading(long bytes) : IDisposable
{
    private readonly HugeMapping _mapping = new(bytes);

    /// <summary>Reads all of it.</summary>
    /// <returns>A sum, so that the reading is not left out.</returns>
    public float Read()
    {
        var (a, b, c, d) = (Vector512<float>.Zero, Vector512<float>.Zero, Vector512<float>.Zero, Vector512<float>.Zero);
        var end = (float*)(_mapping.Pointer + bytes) - 64;
        for (var at = (float*)_mapping.Pointer; at <= end; at += 64)
        {
            a += Vector512.Load(at);
            b += Vector512.Load(at + 16);
            c += Vector512.Load(at + 32);
            d += Vector512.Load(at + 48);
        }
        return Vector512.Sum(a + b + (c + d));
    }

    public void Dispose() => _mapping.Dispose();
}
