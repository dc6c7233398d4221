using Monolith.Embeddings.Features;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Streams;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Features.Births;

/// <summary>Which slots can be born from which.</summary>
public class BirthSchemaTests
{
    [Test]
    public void All_that_cannot_be_born_is_said_at_once()
    {
        var other = new FeatureSchemaBuilder();
        other.Table("t", r => r.Vector(3, new AdagradOptions()));
        var foreign = other.Slot("foreign", "t");
        var failures = OptionFailures.Of(() =>
        {
            var f = new FeatureSchemaBuilder();
            f.Table("wide", r => r.Bias(new FtrlOptions()).Vector(4, new AdagradOptions()));
            f.Table("narrow", r => r.Vector(3, new AdagradOptions()));
            f.Slot("a", "narrow", bornFrom: foreign);
            var steps = f.Sequence("steps", "narrow", 5);
            f.Slot("b", "narrow", bornFrom: steps);
            var narrow = f.Slot("narrow", "narrow");
            f.Slot("c", "wide", bornFrom: narrow);
            f.Slot("d", "narrow", Pooling.None, 4, bornFrom: narrow);
            f.Build();
        });
        Assert.That(failures, Has.Length.EqualTo(5));
        Assert.That(failures, Has.One.Contains("Slots['a']").And.One.Contains("no slot that was added before"));
        Assert.That(failures, Has.One.Contains("Slots['b']").And.One.Contains("which of its steps"));
        Assert.That(failures, Has.One.Contains("no segment 'bias'").And.One.Contains("3 weights in segment 'vector'"));
        Assert.That(failures, Has.One.Contains("Slots['d']").And.One.Contains("is a sequence, and"));
    }

    [Test]
    public void It_is_part_of_the_fingerprint_and_of_what_differs()
    {
        var (born, unborn) = (new BirthSchema().Schema, new BirthSchema(areBorn: false).Schema);
        Assert.That(born.Fingerprint, Is.Not.EqualTo(unborn.Fingerprint));
        Assert.That(born.Fingerprint, Is.EqualTo(new BirthSchema().Schema.Fingerprint));
        Assert.That(born.DifferencesFrom("the model's", unborn, "the batch's"), Does.Contain("born from 'category'"));
        Assert.That(born.Slots.Select(slot => slot.BornFrom?.Name), Is.EqualTo(new[] { null, null, "shop", "category", "item" }));
    }

    [Test]
    public void A_sampler_refuses_to_give_drawn_items_the_parent_of_another()
    {
        var s = new BirthSchema();
        var encoder = new ExampleEncoder<int>(s.Schema, (in int _, ExampleWriter _) => { });
        var source = ExampleSource.From(() => Enumerable.Empty<int>(), encoder, 10);
        Assert.That(OptionFailures.Of(() => source.WithNegatives(new() { Task = s.Click, Item = s.Item })),
            Has.One.Contains("ItemSlots").And.One.Contains("'category'"));
        NegativeSamplerOptions lacking = new() { Task = s.Click, Item = s.Item, ItemSlots = [s.Category, s.Similar] };
        Assert.That(OptionFailures.Of(() => source.WithNegatives(lacking)),
            Has.One.Contains("lacks 'shop'"));
        Assert.That(() => source.WithNegatives(new() { Task = s.Click, Item = s.Item, ItemSlots = [s.Category, s.Shop, s.Similar] }),
            Throws.Nothing);
    }
}
