using Monolith.Embeddings.Kernels.Segments;

namespace Monolith.Embeddings.Rows;

/// <summary>Multiples of a 128th of a range, in a signed byte.</summary>
internal sealed class FixedR8Codec(float range) : RowCodec
{
    private const int Steps = 128;

    private readonly float _step = range / Steps;

    public override string Name => "fixed_r8";

    public override int EncodedBytes(int dimension) => dimension;

    private protected override bool TryEncodeRow(ReadOnlySpan<float> weights, Span<byte> encoded)
    {
        for (var i = 0; i < weights.Length; i++)
        {
            // In doubles, so that a float just below a half is not rounded up to it; the cast cuts off what is left behind the point.
            var steps = weights[i] / (double)_step;
            encoded[i] = (byte)(sbyte)Math.Clamp(steps + Math.CopySign(0.5, steps), -Steps, Steps - 1);
        }
        return FiniteCheck.AllFinite(weights);
    }

    private protected override void DecodeRow(ReadOnlySpan<byte> encoded, Span<float> weights)
    {
        for (var i = 0; i < weights.Length; i++) weights[i] = (sbyte)encoded[i] * _step;
    }
}
