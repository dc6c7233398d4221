using Monolith.Embeddings.Features;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Features.Births;

/// <summary>Rows that are born from others, against dictionaries.</summary>
public class BirthPropertyTests : LeakChecked
{
    [Test]
    public void Random_batches_give_the_rows_that_dictionaries_give([Range(1, 12)] int seed, [Values(1, 8)] int stripes)
    {
        var s = new BirthSchema(items: t => t.Stripes = stripes);
        using var tables = new EmbeddingTableSet(s.Schema, new() { Seed = 9, MemoryLimitBytes = 64 << 20 });
        using var unborn = new EmbeddingTableSet(new BirthSchema(areBorn: false).Schema, new() { Seed = 9, MemoryLimitBytes = 64 << 20 });
        var (oracle, layer, random) = (new BirthOracle(s, unborn), new EmbeddingLayer(tables, s.Schema), new Random(seed));
        var gradients = new FeatureBlocks(s.Schema.Layout);
        var batch = new FeatureBatch(s.Schema);
        for (var step = 0; step < 40; step++)
        {
            s.Draw(random, batch, ids: 20 + 2 * step);
            layer.LookupOrAdmit(batch, DateTimeOffset.UnixEpoch, step);
            gradients.Resize(batch.Rows);
            foreach (var segment in s.Schema.Layout.Segments) gradients.Block(segment).Fill(1);
            layer.ApplyGradients(gradients, DateTimeOffset.UnixEpoch, step);
            oracle.Learn(batch);
            for (var table = 0; table < 3; table++) Compare(tables.Tables[table], oracle.Rows[table], $"step {step}");
        }
        Assert.That(oracle.Born, Is.GreaterThan(40));
    }

    private static void Compare(EmbeddingTable table, Dictionary<long, float[]> expected, string what)
    {
        Assert.That(table.Count, Is.EqualTo(expected.Count), $"{table.Name}, {what}");
        foreach (var (id, weights) in expected)
        {
            var row = new float[table.Dimension];
            Assert.That(table.Lookup(id, row), Is.True, $"{table.Name} {id}, {what}");
            Assert.That(Bits.Of(row), Is.EqualTo(Bits.Of(weights)), $"{table.Name} {id}, {what}");
        }
    }
}
