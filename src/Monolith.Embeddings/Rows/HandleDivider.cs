using System.Numerics;
using System.Runtime.CompilerServices;

namespace Monolith.Embeddings.Rows;

/// <summary>
/// Divides row handles by the number of rows in a chunk, with a multiplication (Granlund and Montgomery 1994): chunks fill whole huge
/// pages, so that this number is no power of two. Exact for handles below 2^30.
/// </summary>
internal readonly struct HandleDivider
{
    private const int HandleBits = 30;

    private readonly ulong _multiplier;
    private readonly int _shift;
    private readonly int _divisor;

    /// <param name="divisor">1 to 2^30.</param>
    public HandleDivider(int divisor)
    {
        // The multiplier is rounded up by less than 2^-30 of itself, which no handle is large enough to make a whole.
        _divisor = divisor;
        _shift = HandleBits + BitOperations.Log2((uint)divisor - 1 | 1) + 1;
        _multiplier = ((1UL << _shift) + (ulong)divisor - 1) / (ulong)divisor;
    }

    public int Divisor => _divisor;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public (int Quotient, int Remainder) Divide(int handle)
    {
        var quotient = (int)(((ulong)(uint)handle * _multiplier) >> _shift);
        return (quotient, handle - quotient * _divisor);
    }
}
