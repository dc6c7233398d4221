using Microsoft.Extensions.Options;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Optimizers;

namespace Monolith.Embeddings.Tests.Features.Derived;

/// <summary>What is derived as a part of a schema: fingerprints, equality, and options that cannot be used.</summary>
public class DerivedSchemaTests
{
    // Each differs from the others in one thing.
    private static readonly (string What, Action<Declared> More)[] Different =
    [
        ("nothing", _ => { }),
        ("cross", d => d.F.Cross("x", "t", d.A, d.B)),
        ("cross, other name", d => d.F.Cross("y", "t", d.A, d.B)),
        ("cross, other order", d => d.F.Cross("x", "t", d.B, d.A)),
        ("cross, other table", d => d.F.Cross("x", "u", d.A, d.B)),
        ("cross, mean", d => d.F.Cross("x", "t", Pooling.Mean, FeatureSchema.MaxCrossIds, d.A, d.B)),
        ("cross, fewer", d => d.F.Cross("x", "t", Pooling.Sum, 7, d.A, d.B)),
        ("slot", d => d.F.Slot("x", "t")),
        ("buckets", d => d.F.Buckets("x", "t", d.Price, BucketBounds.At(1, 2))),
        ("buckets, other bounds", d => d.F.Buckets("x", "t", d.Price, BucketBounds.At(1, 3))),
        ("buckets, other column", d => d.F.Buckets("x", "t", d.Age, BucketBounds.At(1, 2))),
        ("buckets, one bound", d => d.F.Buckets("x", "t", d.Price, BucketBounds.At(1))),
        ("quantiles", d => d.F.Buckets("x", "t", d.Price, BucketBounds.Quantiles(4, 100))),
        ("quantiles, more", d => d.F.Buckets("x", "t", d.Price, BucketBounds.Quantiles(5, 100))),
        ("quantiles, later", d => d.F.Buckets("x", "t", d.Price, BucketBounds.Quantiles(4, 101))),
        ("signed log", d => d.F.SignedLog("x", d.Price)),
        ("signed log, other column", d => d.F.SignedLog("x", d.Age)),
        ("signed log, other name", d => d.F.SignedLog("y", d.Price)),
        ("missing", d => d.F.IsMissing("x", d.Price)),
        ("normalized", d => d.F.Normalized("x", d.Price)),
        ("normalized, clip", d => d.F.Normalized("x", d.Price, new() { Clip = 4 })),
        ("normalized, half-life", d => d.F.Normalized("x", d.Price, new() { HalfLife = 100 })),
        ("normalized, longer half-life", d => d.F.Normalized("x", d.Price, new() { HalfLife = 200 })),
    ];

    [Test]
    public void Everything_that_derives_changes_the_fingerprint()
    {
        var seen = new Dictionary<ulong, string>();
        foreach (var (what, more) in Different)
        {
            var schema = new Declared(more).Schema;
            Assert.That(seen.TryAdd(schema.Fingerprint, what), Is.True, $"'{what}' is as '{seen.GetValueOrDefault(schema.Fingerprint)}'");
            Assert.That(new Declared(more).Schema.Fingerprint, Is.EqualTo(schema.Fingerprint), $"'{what}' again");
        }
    }

    [Test]
    public void A_slot_stands_for_one_of_an_equal_schema_alone()
    {
        foreach (var (what, more) in Different)
        {
            var schema = new Declared(more).Schema;
            foreach (var (other, otherMore) in Different)
            {
                var slots = new Declared(otherMore).Schema.Slots;
                foreach (var slot in slots.Where(slot => slot.Name is "x" or "y"))
                {
                    var isOwn = what == other || (other == "buckets" && what == "buckets");
                    Assert.That(schema.Owns(slot), Is.EqualTo(isOwn), $"'{other}' in '{what}'");
                }
            }
        }
    }

    [Test]
    public void Logarithmic_bounds_are_those_that_are_given_one_by_one()
    {
        var one = new Declared(d => d.F.Buckets("x", "t", d.Price, BucketBounds.Logarithmic(0.5f, 2, 4))).Schema;
        var other = new Declared(d => d.F.Buckets("x", "t", d.Price, BucketBounds.At(0.5f, 1, 2, 4))).Schema;
        Assert.That(one.Fingerprint, Is.EqualTo(other.Fingerprint));
    }

    [Test]
    public void Derived_dense_features_stand_behind_those_that_are_written()
    {
        var schema = new Declared(d =>
        {
            d.F.SignedLog("log", d.Price);
            d.F.IsMissing("no price", d.Price);
            d.F.Dense(3);
            d.F.Normalized("age", d.Age);
        }).Schema;
        Assert.That((schema.DenseWidth, schema.Layout.DenseWidth), Is.EqualTo((3, 6)));
        (string, int, DerivedDenseKind, string)[] expected =
        [
            ("log", 3, DerivedDenseKind.SignedLog, "price"),
            ("no price", 4, DerivedDenseKind.IsMissing, "price"),
            ("age", 5, DerivedDenseKind.Normalized, "age"),
        ];
        Assert.That(schema.DerivedDense.Select(d => (d.Name, d.Column, d.Kind, d.Source.Name)), Is.EqualTo(expected));
    }

    [Test]
    public void Absurd_options_are_refused_all_at_once()
    {
        var foreign = new Declared(_ => { });
        Action<Declared>[] absurd =
        [
            d => d.F.Buckets("a", "t", d.Price, BucketBounds.At()),
            d => d.F.Buckets("b", "t", d.Price, BucketBounds.At(1, float.NaN)),
            d => d.F.Buckets("c", "t", d.Price, BucketBounds.At(float.NegativeInfinity, 1)),
            d => d.F.Buckets("d", "t", d.Price, BucketBounds.At(1, 1)),
            d => d.F.Buckets("e", "t", d.Price, BucketBounds.At(-0f, 0)),
            d => d.F.Buckets("f", "t", d.Price, BucketBounds.At(2, 1)),
            d => d.F.Buckets("g", "t", d.Price, BucketBounds.Logarithmic(0, 2, 3)),
            d => d.F.Buckets("h", "t", d.Price, BucketBounds.Logarithmic(1, float.NaN, 3)),
            d => d.F.Buckets("i", "t", d.Price, BucketBounds.Logarithmic(1, 1.00000001f, 3)),
            d => d.F.Buckets("j", "t", d.Price, BucketBounds.Logarithmic(1, 10, 40)),
            d => d.F.Buckets("k", "t", d.Price, BucketBounds.Logarithmic(1, 2, -1)),
            d => d.F.Buckets("l", "t", d.Price, BucketBounds.Quantiles(1, 100)),
            d => d.F.Buckets("m", "t", d.Price, BucketBounds.Quantiles(10, 9)),
            d => d.F.Buckets("n", "t", d.Price, BucketBounds.Quantiles(10, int.MaxValue)),
            d => d.F.Buckets("o", "packed", d.Price, BucketBounds.At(1)),
            d => d.F.Buckets("p", "t", foreign.Age, BucketBounds.At(1)),
            d => d.F.Buckets("q", "nowhere", d.Price, BucketBounds.At(1)),
            d => d.F.Cross("r", "t", d.A),
            d => d.F.Cross("s", "t", d.A, d.B, d.A, d.B, d.A),
            d => d.F.Cross("u", "t", d.A, foreign.B),
            d => d.F.Cross("uu", "t", d.A, d.B, d.A),
            d => d.F.Position("place", "t", heldInServing: 0),
            d => d.F.Position("other place", "t", heldInServing: -1),
            d => d.F.Slot("born", "t", bornFrom: d.F.Slot("held", "t", heldInServing: 7)),
            d => d.F.Slot("born of a place", "t", bornFrom: d.F.Position("top", "t")),
            d => d.F.Cross("v", "t", Pooling.None, 3, d.A, d.B),
            d => d.F.Cross("w", "t", Pooling.Sum, 0, d.A, d.B),
            d => d.F.Cross("x", "t", Pooling.Sum, FeatureSchema.MaxCrossIds + 1, d.A, d.B),
            d => d.F.Cross("a", "packed", d.A, d.B),
            d => d.F.SignedLog("", d.Price),
            d => d.F.SignedLog("y", foreign.Price),
            d => d.F.IsMissing("y", d.Price),
            d => d.F.Normalized("z", d.Price, new() { Clip = float.NaN }),
            d => d.F.Normalized("zz", d.Price, new() { Clip = 0, HalfLife = double.NaN }),
            d => d.F.Normalized("zzz", d.Price, new() { Clip = float.PositiveInfinity, HalfLife = 1 }),
        ];
        // 'a' and 'y' stand twice; 'zz' and 'zzz' have two mistakes each, and 's' has four: five parts, of which three stand twice.
        foreach (var one in absurd.Except([absurd[31]]))
            Assert.That(() => new Declared(one), Throws.InstanceOf<OptionsValidationException>());
        var error = Assert.Throws<OptionsValidationException>(() => new Declared(d => Array.ForEach(absurd, one => one(d))));
        Assert.That(error!.Failures.Count(), Is.EqualTo(absurd.Length + 6));
    }

    private sealed class Declared
    {
        public Declared(Action<Declared> more)
        {
            F.Table("t", row => row.Vector(2, new AdagradOptions()));
            F.Table("u", row => row.Vector(2, new AdagradOptions()));
            F.Table("packed", row => row.Vector(2, new AdagradOptions()), table => table.IdsCarrySlots = true);
            (A, B) = (F.Slot("a one", "t"), F.Slot("another", "t"));
            (Price, Age) = (F.Number("price"), F.Number("age"));
            more(this);
            Schema = F.Build();
        }

        public FeatureSchemaBuilder F { get; } = new();

        public FeatureSlot A { get; }

        public FeatureSlot B { get; }

        public NumberColumn Price { get; }

        public NumberColumn Age { get; }

        public FeatureSchema Schema { get; }
    }
}
