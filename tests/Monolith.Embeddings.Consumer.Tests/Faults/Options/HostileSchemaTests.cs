using System.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using Monolith.Embeddings.Consumer.Tests.Faults.Texts;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Hosting.Configuration;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Tables;

namespace Monolith.Embeddings.Consumer.Tests.Faults.Options;

/// <summary>
/// Schemas of odd names: no two that differ have one fingerprint, and configuration gives each table the name that it says.
/// </summary>
[TestFixture]
public sealed class HostileSchemaTests
{
    private static readonly string[] Parts = ["a", "b", "\n", "\0", "|", ":", "/", ",", ";", "=", "1", "0", " ", "\t", "\"", "é", "😀",
        "sum", "(", ")", "[", "]", "{", "}", "\\", "table", "slot", "task"];

    [Test]
    public void SchemasThatDifferInAnythingHaveFingerprintsThatDiffer()
    {
        var random = new Random(19);
        var (seen, tried, refused) = (new Dictionary<ulong, string>(), 0, 0);
        for (var i = 0; i < 20_000; i++)
        {
            var words = Enumerable.Range(0, 6).Select(_ => Name(random)).ToArray();
            var (width, dimension, pooling) = (random.Next(3), random.Next(1, 3), (Pooling)random.Next(4));
            var f = new FeatureSchemaBuilder();
            f.Table(words[0], r => r.Bias(new SgdOptions()).Segment(words[1], dimension, new SgdOptions(),
                new Initializers.ConstantInitializerOptions()));
            f.Slot(words[2], words[0], pooling, random.Next(2) == 0 ? 5 : int.MaxValue);
            if (random.Next(2) == 0) f.Slot(words[3], words[0], pooling, 5);
            f.Task(words[4]);
            if (random.Next(2) == 0) f.Task(words[5]);
            f.Dense(width);
            tried++;
            FeatureSchema schema;
            try
            {
                schema = f.Build();
            }
            catch (OptionsValidationException)
            {
                refused++;
                continue;
            }
            var says = Said(schema);
            if (!seen.TryAdd(schema.Fingerprint, says)) Assert.That(says, Is.EqualTo(seen[schema.Fingerprint]), $"seed 19, schema {i}");
        }
        TestContext.Out.WriteLine($"tried {tried}, of which {refused} refused, {seen.Count} fingerprints");
    }

    [Test]
    public void TablesOfConfigurationHaveTheNamesThatTheirKeysSay()
    {
        var random = new Random(20);
        var tried = 0;
        for (var round = 0; round < 300; round++)
        {
            var names = Enumerable.Range(0, random.Next(1, 6)).Select(_ => OddTexts.Random(random, random.Next(1, 12)).Replace(':', '_'))
                .Where(n => !string.IsNullOrWhiteSpace(n) && !int.TryParse(n, out _)).Distinct(StringComparer.OrdinalIgnoreCase).ToArray();
            if (names.Length == 0) continue;
            var isValid = names.All(n => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(n)) == n);
            var values = names.SelectMany(n => new[] { KeyValuePair.Create($"R:Tables:{n}:Segments:0:Name", (string?)n),
                KeyValuePair.Create($"R:Tables:{n}:MaxRows", (string?)"5") });
            var section = new ConfigurationBuilder().AddInMemoryCollection(values).Build().GetSection("R");
            tried += names.Length;
            try
            {
                var options = new PlugInRegistry().Read<EmbeddingsOptions>(section);
                Assert.That(isValid, Is.True, $"seed 20, round {round}");
                Assert.That(options.Tables.Select(t => t.Name), Is.EquivalentTo(names), $"seed 20, round {round}");
                Assert.That(options.Tables.Select(t => t.Segments[0].Name), Is.EquivalentTo(names), $"seed 20, round {round}");
                using var tables = new EmbeddingTableSet(options.BuildSchema(), new() { MemoryLimitBytes = 8 << 20 });
                foreach (var name in names) Assert.That(tables[name].RowLimit, Is.EqualTo(5));
            }
            catch (OptionsValidationException e)
            {
                Assert.That(isValid, Is.False, $"seed 20, round {round}: {e.Message}");
            }
        }
        TestContext.Out.WriteLine($"tried {tried}");
    }

    private static string Said(FeatureSchema schema)
    {
        var text = new StringBuilder();
        void Add(object? part)
        {
            var said = $"{part}";
            text.Append(said.Length).Append('#').Append(said);
        }
        foreach (var table in schema.Tables)
        {
            Add(table.Name);
            foreach (var segment in table.Segments)
            {
                Add(segment.Name);
                Add(segment.Dimension);
            }
        }
        foreach (var slot in schema.Slots)
        {
            Add("slot");
            Add(slot.Name);
            Add(slot.Pooling);
            Add(slot.MaxIds);
        }
        foreach (var task in schema.Tasks)
        {
            Add("task");
            Add(task.Name);
        }
        Add(schema.DenseWidth);
        return text.ToString();
    }

    private static string Name(Random random) => string.Concat(Enumerable.Range(0, random.Next(1, 4))
        .Select(_ => Parts[random.Next(random.Next(2) == 0 ? 4 : Parts.Length)]));
}
