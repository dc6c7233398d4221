using Monolith.Embeddings.Features;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Features;

public class FeatureSchemaBuilderTests
{
    [Test]
    public void All_errors_are_listed_at_once()
    {
        var builder = new FeatureSchemaBuilder();
        builder.Table("a", r => r.Vector(0, new AdagradOptions { LearningRate = -1 }), t => t.Stripes = 3);
        builder.Table("a", _ => { });
        builder.Slot("s", "a");
        builder.Slot("s", "none");
        builder.Slot("", "a", (Pooling)9, maxIds: 0);
        builder.Slot("first", "a", Pooling.FirstN);
        builder.Task("t");
        builder.Task("t");
        builder.Dense(-1);
        var failures = OptionFailures.Of(() => builder.Build());
        Assert.That(failures, Has.Length.EqualTo(13), string.Join('\n', failures));
        foreach (var part in new[]
        {
            "Slots['s']: is added twice", "Slots['s']: names the table 'none', which was not added before; known: 'a', 'a'",
                "Slots['']: is empty",
            "Slots['']: 9 is not a pooling", "Slots['']: maxIds is 0", "Slots['first']: maxIds is 2147483647", "Tasks['t']: is added twice",
                "DenseWidth: -1",
            "Tables[0].Stripes: 3", "Tables[0].Segments[0].Dimension: 0", "Tables[0].Segments[0].Optimizer.LearningRate: -1",
                "Tables[1].Segments: is empty",
            "Tables: 2 tables are called 'a'",
        }) Assert.That(failures.Count(f => f.StartsWith(part, StringComparison.Ordinal)), Is.EqualTo(1), part);
    }

    [Test]
    public void A_part_that_is_missing_is_an_error_like_others()
    {
        var builder = new FeatureSchemaBuilder();
        builder.Table("a", r => r.Segment("s", 4, null!, null!), t => t.Segments.Add(null!));
        builder.Slot("s", "a");
        Assert.That(OptionFailures.PathsOf(() => builder.Build()),
            Is.EqualTo(new[] { "Tables[0].Segments[0].Optimizer", "Tables[0].Segments[0].Initializer", "Tables[0].Segments[1]" }));
    }

    [Test]
    public void What_was_missing_can_be_added_and_built_again()
    {
        var builder = new FeatureSchemaBuilder();
        builder.Table("a", r => r.Bias(new FtrlOptions()));
        Assert.That(OptionFailures.PathsOf(() => builder.Build()), Is.EqualTo(new[] { "Slots" }));
        builder.Slot("s", "a");
        Assert.That(builder.Build().Slots.Single().Name, Is.EqualTo("s"));
    }

    [Test]
    public void A_schema_holds_what_was_added_in_order()
    {
        var s = new TestSchema();
        Assert.That(s.Schema.Tables.Select(t => t.Name), Is.EqualTo(new[] { "users", "items" }));
        Assert.That(s.Schema.Slots, Is.EqualTo(new[] { s.User, s.Item, s.Recent }));
        Assert.That(s.Schema.Slots.Select(x => (x.Index, x.Table, x.TableName)),
            Is.EqualTo(new[] { (0, 0, "users"), (1, 1, "items"), (2, 1, "items") }));
        Assert.That(s.Schema.Tasks, Is.EqualTo(new[] { s.Click, s.Like }));
        Assert.That(s.Schema.DenseWidth, Is.EqualTo(2));
    }
}
