using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Monolith.Embeddings.Memory;

/// <summary>
/// Whether what a verb writes shares memory with what it reads: the writing would change what is still to be read. Like
/// <c>MemoryExtensions.Overlaps</c>, for spans of two types.
/// </summary>
internal static class Overlap
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Exists<TInput, TOutput>(ReadOnlySpan<TInput> input, ReadOnlySpan<TOutput> output)
        where TInput : struct
        where TOutput : struct
    {
        if (input.IsEmpty || output.IsEmpty) return false;
        ref var firstInput = ref Unsafe.As<TInput, byte>(ref MemoryMarshal.GetReference(input));
        ref var firstOutput = ref Unsafe.As<TOutput, byte>(ref MemoryMarshal.GetReference(output));
        var distance = (nuint)Unsafe.ByteOffset(ref firstInput, ref firstOutput);
        // Lengths in bytes, which for a span of the largest array are more than 31 bits.
        var inputBytes = (nuint)input.Length * (nuint)Unsafe.SizeOf<TInput>();
        var outputBytes = (nuint)output.Length * (nuint)Unsafe.SizeOf<TOutput>();
        return distance < inputBytes || distance > unchecked(0 - outputBytes);
    }

    /// <exception cref="ArgumentException">They share memory.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Refuse<TInput, TOutput>(
        ReadOnlySpan<TInput> input, ReadOnlySpan<TOutput> output, string inputName, string outputName)
        where TInput : struct
        where TOutput : struct
    {
        if (Exists(input, output)) Throw(inputName, outputName);
    }

    // Apart, because a text in the making costs a method that makes none its time.
    private static void Throw(string input, string output) => throw new ArgumentException(
        $"'{output}' is written while '{input}' is read, and they share memory. Give each of them memory of its own.", output);
}
