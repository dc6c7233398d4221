using Monolith.Embeddings.Features;
using Monolith.Embeddings.Optimizers;

namespace Monolith.Embeddings.Tests.Features;

public class FeatureLayoutTests
{
    [Test]
    public void Slots_stand_side_by_side_in_one_block_a_segment()
    {
        var s = new TestSchema(b => b.Slot("history", "items", Pooling.FirstN, maxIds: 3));
        var layout = s.Schema.Layout;
        Assert.That(layout.Segments.Select(x => (x.Index, x.Name, x.Width)),
            Is.EqualTo(new[] { (0, "bias", 1 + 1 + 1 + 3), (1, "vector", 4 + 8 + 8 + 24) }));
        Assert.That(layout.Find("vector")!.Columns.Select(c => (c.Slot.Name, c.Start, c.Width, c.Dimension, c.RowOffset)), Is.EqualTo(new[]
        {
            ("user", 0, 4, 4, 1), ("item", 4, 8, 8, 0), ("recent", 12, 8, 8, 0), ("history", 20, 24, 8, 0),
        }));
        Assert.That(layout.Find("bias")!.Columns.Select(c => (c.Slot.Name, c.Start, c.RowOffset)), Is.EqualTo(new[]
        {
            ("user", 0, 0), ("item", 1, 8), ("recent", 2, 8), ("history", 3, 8),
        }));
        Assert.That(layout.Find("none"), Is.Null);
    }

    [Test]
    public void Blocks_have_the_shape_of_the_layout_and_grow()
    {
        var layout = new TestSchema().Schema.Layout;
        var blocks = new FeatureBlocks(layout);
        Assert.That(blocks.Rows, Is.Zero);
        foreach (var rows in new[] { 1, 5, 3, 100, 0 })
        {
            blocks.Resize(rows);
            foreach (var segment in layout.Segments)
            {
                Assert.That(blocks.Block(segment).Length, Is.EqualTo(rows * segment.Width));
                blocks.Block(segment).Fill(rows);
                var storage = blocks.Storage(segment);
                Assert.That(storage.Count, Is.EqualTo(rows * segment.Width));
                if (rows > 0) Assert.That(storage.Array![storage.Offset + storage.Count - 1], Is.EqualTo(rows));
            }
            Assert.That(blocks.Rows, Is.EqualTo(rows));
        }
    }

    [Test]
    public void A_smaller_batch_keeps_the_array()
    {
        var layout = new TestSchema().Schema.Layout;
        var blocks = new FeatureBlocks(layout);
        blocks.Resize(100);
        var array = blocks.Storage(layout.Segments[0]).Array;
        blocks.Resize(10);
        blocks.Resize(100);
        Assert.That(blocks.Storage(layout.Segments[0]).Array, Is.SameAs(array));
    }

    [Test]
    public void New_memory_reads_zeros_whatever_it_held_before()
    {
        var layout = new TestSchema().Schema.Layout;
        for (var i = 0; i < 20; i++)
        {
            var blocks = new FeatureBlocks(layout);
            blocks.Resize(1000);
            foreach (var segment in layout.Segments)
            {
                Assert.That(blocks.Block(segment).IndexOfAnyExcept(0f), Is.EqualTo(-1));
                blocks.Block(segment).Fill(float.NaN);
            }
            GC.Collect();
        }
    }

    [Test]
    public void Clear_sets_every_segment_to_zeros()
    {
        var layout = new TestSchema().Schema.Layout;
        var blocks = new FeatureBlocks(layout);
        blocks.Resize(10);
        foreach (var segment in layout.Segments) blocks.Block(segment).Fill(1);
        blocks.Clear();
        foreach (var segment in layout.Segments) Assert.That(blocks.Block(segment).IndexOfAnyExcept(0f), Is.EqualTo(-1));
    }

    [Test]
    public void A_block_beyond_an_array_is_refused_with_the_numbers_and_changes_nothing()
    {
        var builder = new FeatureSchemaBuilder();
        builder.Table("t", r => r.Vector(4096, new SgdOptions()));
        builder.Slot("s", "t", Pooling.FirstN, 4096);
        var blocks = new FeatureBlocks(builder.Build().Layout);
        blocks.Resize(1);
        Assert.That(() => blocks.Resize(1000), Throws.InstanceOf<ArgumentOutOfRangeException>()
            .With.Message.Contains("1000").And.Message.Contains("16777216"));
        Assert.That(() => blocks.Resize(-1), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(blocks.Rows, Is.EqualTo(1));
    }
}
