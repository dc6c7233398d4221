using System.Runtime.InteropServices;
using Monolith.Embeddings.Kernels.Halves;

namespace Monolith.Embeddings.Rows;

/// <summary>IEEE 754 binary16, to the nearest, ties to even.</summary>
internal sealed class Float16Codec : RowCodec
{
    public override string Name => "float16";

    public override int EncodedBytes(int dimension) => dimension * sizeof(ushort);

    private protected override bool TryEncodeRow(ReadOnlySpan<float> weights, Span<byte> encoded) =>
        HalfConversion.TryEncode(default(NearestEncoder<Float16Format>), weights, MemoryMarshal.Cast<byte, ushort>(encoded));

    private protected override void DecodeRow(ReadOnlySpan<byte> encoded, Span<float> weights) =>
        HalfConversion.Decode<Float16Format>(MemoryMarshal.Cast<byte, ushort>(encoded), weights);
}
