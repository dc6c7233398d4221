using System.Runtime.InteropServices;
using Monolith.Embeddings.Kernels.Segments;

namespace Monolith.Embeddings.Rows;

/// <summary>The floats themselves.</summary>
internal sealed class Float32Codec : RowCodec
{
    public override string Name => "float32";

    public override int EncodedBytes(int dimension) => dimension * sizeof(float);

    private protected override bool TryEncodeRow(ReadOnlySpan<float> weights, Span<byte> encoded)
    {
        MemoryMarshal.AsBytes(weights).CopyTo(encoded);
        return FiniteCheck.AllFinite(weights);
    }

    private protected override void DecodeRow(ReadOnlySpan<byte> encoded, Span<float> weights) =>
        encoded.CopyTo(MemoryMarshal.AsBytes(weights));
}
