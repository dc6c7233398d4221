using System.Buffers;
using System.Runtime.InteropServices;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Optimizers;

namespace Monolith.Embeddings.Tests.Features;

/// <summary>Where blocks lie, and who supplies their memory.</summary>
public sealed class BlockMemoryTests
{
    [Test]
    public void Blocks_begin_at_aligned_places_of_pinned_arrays()
    {
        var layout = Schema(Pooling.None).Layout;
        var blocks = new FeatureBlocks(layout);
        for (var rows = 1; rows < 200; rows += 7)
        {
            blocks.Resize(rows);
            FloatBlock[] all = [blocks.Storage(layout.Segments[0]), blocks.SequenceStorage(layout.Sequences[0]), blocks.DenseStorage];
            foreach (var block in all)
            {
                Assert.That((long)Marshal.UnsafeAddrOfPinnedArrayElement(block.Array!, block.Offset) % 64, Is.Zero);
                Assert.That(block.Owner, Is.Null);
            }
            Assert.That(all.Select(block => block.Count), Is.EqualTo(new[] { rows * 3, rows * 4 * 2, rows * 5 }));
            Assert.That(blocks.Lengths(layout.Sequences[0]).Length, Is.EqualTo(rows));
        }
    }

    [Test]
    public void Gradients_have_no_dense_features_and_no_lengths()
    {
        var layout = Schema(Pooling.None).Layout;
        var gradients = new FeatureBlocks(layout, BlockUse.Gradient);
        gradients.Resize(6);
        Assert.That((gradients.Dense.Length, gradients.Lengths(layout.Sequences[0]).Length), Is.EqualTo((0, 0)));
        Assert.That(gradients.Sequence(layout.Sequences[0]).Length, Is.EqualTo(6 * 4 * 2));
    }

    [Test]
    public void An_allocator_supplies_every_block_and_gets_back_what_was_replaced()
    {
        var (layout, memory) = (Schema(Pooling.None).Layout, new Memory());
        var blocks = new FeatureBlocks(layout, BlockUse.Input, memory);
        blocks.Resize(10);
        Assert.That(memory.Asked, Is.EqualTo(new[] { "Input vector 3 30", "Input recent/vector 8 80", "Input (dense) 5 50" }));
        Assert.That(blocks.Storage(layout.Segments[0]).Owner, Is.SameAs(memory.Owners[0]));
        Assert.That(blocks.Storage(layout.Segments[0]).Array, Is.Null);
        blocks.Block(layout.Segments[0])[29] = 7;
        Assert.That(memory.Owners[0].Memory.Span[29], Is.EqualTo(7));
        blocks.Resize(5);
        Assert.That(memory.Owners, Has.Count.EqualTo(3));
        blocks.Resize(11);
        Assert.That(memory.Owners.Select(owner => owner.IsDisposed), Is.EqualTo(new[] { true, true, true, false, false, false }));
    }

    [TestCase(1, 0)]
    [TestCase(0, 1)]
    public void Memory_that_is_short_or_not_aligned_is_refused_and_the_rows_stay(int offset, int missing)
    {
        var memory = new Memory();
        var blocks = new FeatureBlocks(Schema(Pooling.Sum).Layout, BlockUse.Input, memory);
        blocks.Resize(3);
        (memory.Offset, memory.Missing) = (offset, missing);
        Assert.That(() => blocks.Resize(30), Throws.InvalidOperationException.With.Message.Contains("multiple of 64 bytes"));
        Assert.That(blocks.Rows, Is.EqualTo(3));
    }

    [Test]
    public void Models_of_pooled_slots_refuse_a_schema_with_sequences_by_the_slot_s_name()
    {
        var schema = Schema(Pooling.None);
        foreach (var create in new Func<OnlineModel>[]
        {
            () => new LogisticRegression(schema), () => new FactorizationMachine(schema), () => new DeepFm(schema),
        }) Assert.That(create, Throws.Exception.With.Message.Contains("'recent'"));
    }

    [Test]
    public void The_length_of_a_sequence_is_part_of_the_fingerprint() =>
        Assert.That(Schema(Pooling.None).Fingerprint,
            Is.Not.EqualTo(Schema(Pooling.None, 5).Fingerprint).And.Not.EqualTo(Schema(Pooling.FirstN).Fingerprint));

    private static FeatureSchema Schema(Pooling recent, int maxIds = 4)
    {
        var builder = new FeatureSchemaBuilder();
        builder.Table("users", row => row.Vector(3, new SgdOptions()));
        builder.Table("items", row => row.Vector(2, new SgdOptions()));
        builder.Slot("user", "users");
        builder.Slot("recent", "items", recent, maxIds);
        builder.Dense(5);
        builder.Task("click");
        return builder.Build();
    }

    private sealed class Memory : BlockAllocator
    {
        public List<string> Asked { get; } = [];

        public List<Owner> Owners { get; } = [];

        public int Offset { get; set; }

        public int Missing { get; set; }

        public override IMemoryOwner<float> Allocate(in BlockRequest request)
        {
            Asked.Add($"{request.Use} {request.Name} {request.Width} {request.Count}");
            Owners.Add(new Owner(request.Count - Missing, Offset));
            return Owners[^1];
        }
    }

    private sealed class Owner : IMemoryOwner<float>
    {
        public Owner(int count, int offset)
        {
            var array = GC.AllocateArray<float>(count + 32, pinned: true);
            var address = (long)Marshal.UnsafeAddrOfPinnedArrayElement(array, 0);
            Memory = array.AsMemory((int)((64 - address % 64) % 64 / sizeof(float)) + offset, count);
        }

        public bool IsDisposed { get; private set; }

        public Memory<float> Memory { get; }

        public void Dispose() => IsDisposed = true;
    }
}
