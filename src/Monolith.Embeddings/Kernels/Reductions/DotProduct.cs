using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Monolith.Embeddings.Kernels.Lanes;

namespace Monolith.Embeddings.Kernels.Reductions;

/// <summary>
/// The dot product of rows in place with a packed query: 16 running sums, folded by halves, so that every vector width gives the same bits.
/// The last part of a row that is no whole multiple of 16 is read as its last 16 floats; the packed query has zeros where these were
/// summed before.
/// </summary>
internal static unsafe class DotProduct
{
    private const int Lanes = VirtualLanes.Count;

    /// <summary>How many floats a packed query of a dimension takes: whole multiples of 16.</summary>
    public static int PackedLength(int dimension) => (dimension + Lanes - 1) & -Lanes;

    /// <summary>Packs a query.</summary>
    /// <param name="query">[dimension].</param>
    /// <param name="packed">Receives it, [<see cref="PackedLength"/>].</param>
    public static void Pack(ReadOnlySpan<float> query, Span<float> packed)
    {
        packed.Clear();
        if (query.Length < Lanes)
        {
            query.CopyTo(packed);
            return;
        }
        var whole = query.Length & -Lanes;
        query[..whole].CopyTo(packed);
        if (whole < query.Length) query[whole..].CopyTo(packed[(whole + Lanes - (query.Length - whole))..]);
    }

    /// <summary>The dot product of one row.</summary>
    /// <param name="row">[dimension]; nothing else is read.</param>
    /// <param name="packed">A packed query.</param>
    /// <param name="dimension">The dimension, at least 1.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Of(float* row, float* packed, int dimension)
    {
        if (Vector512.IsHardwareAccelerated) return Of<Lane512>(row, packed, dimension);
        if (Vector256.IsHardwareAccelerated) return Of<LanePair<Lane256>>(row, packed, dimension);
        if (Vector128.IsHardwareAccelerated) return Of<LanePair<LanePair<Lane128>>>(row, packed, dimension);
        return Of<LanePair<LanePair<LanePair<LanePair<ScalarLane>>>>>(row, packed, dimension);
    }

    /// <inheritdoc cref="Of(float*, float*, int)" />
    /// <typeparam name="TLane">16 floats.</typeparam>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static float Of<TLane>(float* row, float* packed, int dimension)
        where TLane : unmanaged, ILane<TLane>
    {
        if (dimension < Lanes)
            return TLane.FoldSum(TLane.LoadFirst(ref *row, dimension) * TLane.Load(ref *packed) + TLane.Broadcast(0));
        var sum = TLane.Broadcast(0);
        nint i = 0, whole = dimension & -Lanes;
        for (; i < whole; i += Lanes) sum = TLane.FusedMultiplyAdd(TLane.Load(ref row[i]), TLane.Load(ref packed[i]), sum);
        if (whole < dimension)
            sum = TLane.FusedMultiplyAdd(TLane.Load(ref row[dimension - Lanes]), TLane.Load(ref packed[whole]), sum);
        return TLane.FoldSum(sum);
    }
}
