using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Monolith.Embeddings.Kernels.Halves;

/// <summary>Converts spans of floats to 16-bit words and back, with the widest lanes that the machine has first.</summary>
internal static class HalfConversion
{
    /// <param name="words">What to decode.</param>
    /// <param name="floats">Receives as many floats.</param>
    public static void Decode<TFormat>(ReadOnlySpan<ushort> words, Span<float> floats)
        where TFormat : struct, IHalfFormat
    {
        RequireEqual(words.Length, floats.Length);
        var i = 0;
        if (Vector512.IsHardwareAccelerated) i = Decode<TFormat, WordLane512>(words, floats, i);
        if (i == words.Length) return;
        if (Vector256.IsHardwareAccelerated) i = Decode<TFormat, WordLane256>(words, floats, i);
        if (Vector128.IsHardwareAccelerated) i = Decode<TFormat, WordLane128>(words, floats, i);
        Decode<TFormat, ScalarWordLane>(words, floats, i);
    }

    /// <param name="encoder">The format, and how to round.</param>
    /// <param name="floats">What to encode.</param>
    /// <param name="words">Receives as many words.</param>
    /// <param name="first">The place of the first float, for rounding that depends on it.</param>
    /// <returns>Whether all words are finite numbers.</returns>
    public static bool TryEncode<TEncoder>(in TEncoder encoder, ReadOnlySpan<float> floats, Span<ushort> words, uint first = 0)
        where TEncoder : struct, IHalfEncoder
    {
        RequireEqual(words.Length, floats.Length);
        var (i, isFinite) = (0, true);
        if (Vector512.IsHardwareAccelerated) i = Encode<TEncoder, WordLane512>(in encoder, floats, words, first, i, ref isFinite);
        if (i == floats.Length) return isFinite;
        if (Vector256.IsHardwareAccelerated) i = Encode<TEncoder, WordLane256>(in encoder, floats, words, first, i, ref isFinite);
        if (Vector128.IsHardwareAccelerated) i = Encode<TEncoder, WordLane128>(in encoder, floats, words, first, i, ref isFinite);
        Encode<TEncoder, ScalarWordLane>(in encoder, floats, words, first, i, ref isFinite);
        return isFinite;
    }

    /// <summary>Decodes whole lanes from <paramref name="i"/> on; returns where it stopped.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int Decode<TFormat, TLane>(ReadOnlySpan<ushort> words, Span<float> floats, int i)
        where TFormat : struct, IHalfFormat
        where TLane : unmanaged, IWordLane<TLane>
    {
        ref var from = ref MemoryMarshal.GetReference(words);
        ref var to = ref MemoryMarshal.GetReference(floats);
        for (; i + TLane.Width <= words.Length; i += TLane.Width)
            TLane.StoreFloats(TFormat.Decode(TLane.LoadHalves(ref Unsafe.Add(ref from, i))), ref Unsafe.Add(ref to, i));
        return i;
    }

    /// <summary>Encodes whole lanes from <paramref name="i"/> on; returns where it stopped.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int Encode<TEncoder, TLane>(
        in TEncoder encoder, ReadOnlySpan<float> floats, Span<ushort> words, uint first, int i, ref bool isFinite)
        where TEncoder : struct, IHalfEncoder
        where TLane : unmanaged, IWordLane<TLane>
    {
        ref var from = ref MemoryMarshal.GetReference(floats);
        ref var to = ref MemoryMarshal.GetReference(words);
        var largest = TLane.Broadcast(0);
        for (; i + TLane.Width <= floats.Length; i += TLane.Width)
        {
            var counter = TLane.Ascending + TLane.Broadcast(first + (uint)i);
            var encoded = encoder.Encode(TLane.LoadFloats(ref Unsafe.Add(ref from, i)), counter);
            largest = TLane.Max(largest, encoded & TLane.Broadcast(0x7FFF));
            TLane.StoreHalves(encoded, ref Unsafe.Add(ref to, i));
        }
        if (TLane.AnyAtLeast(largest, TLane.Broadcast(TEncoder.Infinity))) isFinite = false;
        return i;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void RequireEqual(int words, int floats)
    {
        if (words != floats) ThrowUnequal(words, floats);
    }

    private static void ThrowUnequal(int words, int floats) =>
        throw new ArgumentException($"{floats} floats and {words} words cannot be converted into each other.");
}
