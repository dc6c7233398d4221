using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Monolith.Embeddings.Kernels.Lanes;
using Monolith.Embeddings.Kernels.Reductions;

namespace Monolith.Embeddings.Kernels.Gradients;

/// <summary>Cuts values to [-limit, limit], each alone: the same bits at every width.</summary>
internal static unsafe class ValueClip
{
    public static bool IsExceeded(ReadOnlySpan<float> values, float limit)
    {
        fixed (float* x = values)
        {
            var itself = default(SecondOfTwo);
            var largest =
                Vector512.IsHardwareAccelerated ? RowReduction.Of<LargestMagnitude, SecondOfTwo, Lane512, AnyLength>(
                    in itself, x, x, values.Length)
                : Vector256.IsHardwareAccelerated ? RowReduction.Of<LargestMagnitude, SecondOfTwo, Lane256, AnyLength>(
                    in itself, x, x, values.Length)
                : Vector128.IsHardwareAccelerated ? RowReduction.Of<LargestMagnitude, SecondOfTwo, Lane128, AnyLength>(
                    in itself, x, x, values.Length)
                : RowReduction.Of<LargestMagnitude, SecondOfTwo, ScalarLane, AnyLength>(in itself, x, x, values.Length);
            return largest > limit;
        }
    }

    public static void Run(ReadOnlySpan<float> values, float limit, Span<float> result)
    {
        if (values.Length != result.Length)
            throw new ArgumentException($"A kernel needs spans of one length; got {values.Length} and {result.Length}.");
        var i = 0;
        if (Vector512.IsHardwareAccelerated) i = Run<Lane512>(values, limit, result, i);
        if (Vector256.IsHardwareAccelerated) i = Run<Lane256>(values, limit, result, i);
        if (Vector128.IsHardwareAccelerated) i = Run<Lane128>(values, limit, result, i);
        Run<ScalarLane>(values, limit, result, i);
    }

    /// <summary>Clips whole lanes from <paramref name="i"/> on; returns where it stopped.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int Run<TLane>(ReadOnlySpan<float> values, float limit, Span<float> result, int i)
        where TLane : unmanaged, ILane<TLane>
    {
        ref var x = ref MemoryMarshal.GetReference(values);
        ref var y = ref MemoryMarshal.GetReference(result);
        var bound = TLane.Broadcast(limit);
        for (; i + TLane.Width <= values.Length; i += TLane.Width)
        {
            var value = TLane.Load(ref Unsafe.Add(ref x, i));
            TLane.Store(TLane.SelectLessOrEqual(TLane.Abs(value), bound, value, TLane.CopySign(bound, value)), ref Unsafe.Add(ref y, i));
        }
        return i;
    }
}
