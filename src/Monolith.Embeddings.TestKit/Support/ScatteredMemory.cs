using System.Buffers;
using Monolith.Embeddings.Features;

namespace Monolith.Embeddings.TestKit.Support;

/// <summary>Supplies blocks that begin a chosen number of cache lines after the first aligned place of their array.</summary>
/// <param name="lines">How many cache lines.</param>
internal sealed class ScatteredMemory(int lines) : BlockAllocator
{
    private const int LineFloats = 16;

    public override IMemoryOwner<float> Allocate(in BlockRequest request) => new Piece(request.Count, lines);

    private sealed class Piece : IMemoryOwner<float>
    {
        public Piece(int count, int lines)
        {
            var array = GC.AllocateArray<float>(count + (lines + 1) * LineFloats, pinned: true);
            // Behind and before the block, what must not be read.
            array.AsSpan().Fill(float.NaN);
            var first = FirstAligned(array);
            Memory = array.AsMemory(first + lines * LineFloats, count);
        }

        public Memory<float> Memory { get; }

        public void Dispose()
        {
        }

        private static int FirstAligned(float[] array)
        {
            var address = System.Runtime.InteropServices.Marshal.UnsafeAddrOfPinnedArrayElement(array, 0);
            return (int)((64 - (long)address % 64) % 64 / sizeof(float));
        }
    }
}
