using System.Runtime.InteropServices;
using Monolith.Embeddings.Kernels.Halves;
using Monolith.Embeddings.Kernels.Segments;

namespace Monolith.Embeddings.Rows;

/// <summary>A step and the smallest weight, then a byte a weight: <see cref="AffineCodes"/>.</summary>
internal sealed class Int8Codec : RowCodec
{
    private const int FrontBytes = 2 * sizeof(float);

    public override string Name => "int8";

    public override int EncodedBytes(int dimension) => FrontBytes + dimension;

    private protected override bool TryEncodeRow(ReadOnlySpan<float> weights, Span<byte> encoded)
    {
        if (!FiniteCheck.AllFinite(weights)) return false;
        var (smallest, largest) = AffineCodes.Range(weights);
        var step = AffineCodes.Step(smallest, largest);
        MemoryMarshal.Write(encoded, in step);
        MemoryMarshal.Write(encoded[sizeof(float)..], in smallest);
        AffineCodes.Encode(weights, smallest, step, encoded[FrontBytes..]);
        return true;
    }

    private protected override void DecodeRow(ReadOnlySpan<byte> encoded, Span<float> weights) => AffineCodes.Decode(
        encoded[FrontBytes..], MemoryMarshal.Read<float>(encoded[sizeof(float)..]), MemoryMarshal.Read<float>(encoded), weights);
}
