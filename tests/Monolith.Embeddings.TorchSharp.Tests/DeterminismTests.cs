using System.Buffers;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.TorchSharp.Tests.Support;

namespace Monolith.Embeddings.TorchSharp.Tests;

/// <summary>On one thread a batch has the same bits wherever its blocks lie, and whether or not TorchSharp can share them.</summary>
public class DeterminismTests
{
    // Wide enough for the vectorised paths of the library's products.
    private static readonly FeatureSchema Schema = Batch.Schema("seen");

    [Test]
    public void The_same_batch_has_the_same_bits_at_eight_aligned_addresses([Values(1, 7, 64, 513)] int rows)
    {
        var expected = Learned(rows, allocator: null);
        for (var lines = 0; lines < 8; lines++)
            Assert.That(Learned(rows, new ShiftedMemory(lines, isArray: true)), Is.EqualTo(expected), $"{lines * 64} bytes further");
    }

    [Test]
    public void Memory_that_cannot_be_shared_gives_the_same_bits() =>
        Assert.That(Learned(64, new ShiftedMemory(0, isArray: false)), Is.EqualTo(Learned(64, allocator: null)));

    private static byte[] Learned(int rows, BlockAllocator? allocator)
    {
        using var model = new TorchModel(Schema, new ClickModule(Schema));
        var all = new List<byte>();
        for (var i = 0; i < 3; i++)
        {
            using var batch = new Batch(Schema, rows, i, allocator);
            batch.Train(model);
            all.AddRange(System.Runtime.InteropServices.MemoryMarshal.AsBytes(batch.AllGradients().AsSpan()));
            all.AddRange(System.Runtime.InteropServices.MemoryMarshal.AsBytes(batch.Predict(model).AsSpan()));
        }
        all.AddRange(ModelBytes.Of(model));
        return [.. all];
    }

    /// <summary>Blocks a number of cache lines behind the first aligned place of a pinned array, which is shown or hidden.</summary>
    private sealed class ShiftedMemory(int lines, bool isArray) : BlockAllocator
    {
        public override IMemoryOwner<float> Allocate(in BlockRequest request)
        {
            var array = GC.AllocateArray<float>(request.Count + (lines + 1) * 16, pinned: true);
            // Behind and before the block, what must not be read.
            array.AsSpan().Fill(float.NaN);
            var address = System.Runtime.InteropServices.Marshal.UnsafeAddrOfPinnedArrayElement(array, 0);
            var first = (int)((64 - address % 64) % 64 / sizeof(float)) + lines * 16;
            return isArray ? new Shown(array.AsMemory(first, request.Count)) : new Hidden(array, first, request.Count);
        }

        private sealed class Shown(Memory<float> memory) : IMemoryOwner<float>
        {
            public Memory<float> Memory => memory;

            public void Dispose()
            {
            }
        }

        private sealed class Hidden(float[] array, int first, int count) : MemoryManager<float>
        {
            public override Span<float> GetSpan() => array.AsSpan(first, count);

            public override MemoryHandle Pin(int elementIndex = 0) => default;

            public override void Unpin()
            {
            }

            protected override void Dispose(bool disposing)
            {
            }
        }
    }
}
