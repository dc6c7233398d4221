using System.Reflection;
using Microsoft.Extensions.Options;
using Monolith.Embeddings.Consumer.Tests.Faults.Numbers;
using Monolith.Embeddings.Datasets;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Hosting.Configuration;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Consumer.Tests.Faults.Options;

/// <summary>Every property of every options class, set to every absurd value: refused by its name, and by no other exception.</summary>
[TestFixture]
public sealed class AbsurdOptionsTests
{
    private static readonly Type[] Kinds =
    [
        .. new[] { typeof(EmbeddingTable).Assembly, typeof(EmbeddingsOptions).Assembly }.SelectMany(a => a.GetExportedTypes())
            .Where(t => t is { IsAbstract: false, IsGenericType: false } && t.IsAssignableTo(typeof(IValidatedOptions))
                && t.GetConstructor([]) is not null),
    ];

    [Test]
    public void NoOptionIsNoNumberAndNoneThrowsAnythingElse()
    {
        var (tried, refused) = (0, 0);
        var taken = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var kind in Kinds)
            foreach (var property in kind.GetProperties().Where(p => p.SetMethod is { IsPublic: true }
                && p.GetIndexParameters().Length == 0))
                foreach (var value in Values(property.PropertyType))
                {
                    tried++;
                    var options = (IValidatedOptions)Activator.CreateInstance(kind)!;
                    var what = $"{kind.Name}.{property.Name} = {value ?? "null"}";
                    try
                    {
                        property.SetValue(options, value);
                        OptionErrors.ThrowIfInvalid(options);
                    }
                    catch (OptionsValidationException e)
                    {
                        refused++;
                        if (Errors(kind) == 0) Assert.That(e.Message, Does.Contain(property.Name).Or.Contain(Other(property)), what);
                        continue;
                    }
                    catch (TargetInvocationException e) when (e.InnerException is ArgumentException)
                    {
                        refused++;
                        continue;
                    }
                    catch (Exception e)
                    {
                        Assert.Fail($"{what}: {e}");
                    }
                    if (value is double number && !double.IsFinite(number)) taken.Add(what);
                    if (value is float single && !float.IsFinite(single)) taken.Add(what);
                    // A slot's options are checked with the schema that they make.
                    if (value is Enum && kind != typeof(SlotOptions) && !Enum.IsDefined(value.GetType(), value)) taken.Add(what);
                }
        Assert.That(taken, Is.Empty, "these were taken");
        TestContext.Out.WriteLine($"tried {tried} values in {Kinds.Length} kinds, of which {refused} refused");
    }

    [Test]
    public void SlotsOfAnyFormAreRefusedWithTheirSchema()
    {
        var tried = 0;
        foreach (var pooling in new[] { -1, 0, 1, 4, 5, 99, int.MaxValue })
            foreach (var maxIds in new[] { int.MinValue, -1, 0, 1, 4096, 4097, int.MaxValue })
            {
                tried++;
                var f = new FeatureSchemaBuilder();
                f.Table("t", r => r.Bias(new SgdOptions()));
                f.Slot("s", "t", (Pooling)pooling, maxIds);
                f.Task("click");
                var isLegal = Enum.IsDefined((Pooling)pooling) && maxIds >= 1
                    && ((Pooling)pooling is not (Pooling.FirstN or Pooling.None) || maxIds <= FeatureSchema.MaxFirstN);
                if (isLegal) f.Build();
                else Assert.Throws<OptionsValidationException>(() => f.Build(), $"{pooling}, {maxIds}");
            }
        TestContext.Out.WriteLine($"tried {tried}");
    }

    [Test]
    public void MadeUpStreamsOfAnyOptionsGiveClicksThatCanBeLearned()
    {
        var (tried, refused) = (0, 0);
        foreach (var property in typeof(SyntheticClickStreamOptions).GetProperties().Where(p => p.CanWrite))
            foreach (var value in Values(property.PropertyType))
            {
                tried++;
                var options = new SyntheticClickStreamOptions { EventCount = 1000 };
                property.SetValue(options, value);
                SyntheticClickStream stream;
                try
                {
                    stream = new SyntheticClickStream(options);
                }
                catch (OptionsValidationException)
                {
                    refused++;
                    continue;
                }
                var what = $"{property.Name} = {value}";
                var last = DateTimeOffset.MinValue;
                foreach (var index in new[] { 0, 1, Math.Min(999, stream.Count - 1),
                    stream.Count - 1 }.Where(i => i >= 0 && i < stream.Count).Order())
                {
                    var click = stream[index];
                    Assert.That(click.Probability, Is.InRange(0.0, 1.0), what);
                    Assert.That(click.Time, Is.GreaterThanOrEqualTo(last), what);
                    Assert.That(click.Hour, Is.InRange(0, 23), what);
                    last = click.Time;
                }
            }
        TestContext.Out.WriteLine($"tried {tried}, of which {refused} refused");
    }

    // Two properties may contradict each other, and either may be told.
    private static string Other(PropertyInfo property) => property.Name switch
    {
        "Minimum" => "Maximum",
        "InitialAccumulator" or "LearningRate" => "Epsilon",
        "L2" or "Beta" or "Decay" or "Beta1" or "Beta2" or "Epsilon" => "LearningRate",
        "Stripes" => "InitialCapacity",
        "InitialCapacity" => "MaxRows",
        "Start" or "EventsPerSecond" => "EventCount",
        _ => property.Name,
    };

    private static int Errors(Type kind)
    {
        var errors = new OptionErrors();
        ((IValidatedOptions)Activator.CreateInstance(kind)!).CollectErrors(errors);
        return errors.Errors.Count;
    }

    private static IEnumerable<object?> Values(Type type)
    {
        var plain = Nullable.GetUnderlyingType(type) ?? type;
        if (plain == typeof(float)) return AbsurdFloats.All.Cast<object?>();
        if (plain == typeof(double))
            return [.. AbsurdFloats.All.Select(f => (object?)(double)f), double.NaN, double.PositiveInfinity, double.NegativeInfinity,
                double.MaxValue, -double.MaxValue, double.Epsilon, 0.0, -0.0];
        if (plain == typeof(int)) return [int.MinValue, -1, 0, 1, 2, 3, 1 << 20, int.MaxValue];
        if (plain == typeof(long)) return [long.MinValue, -1L, 0L, 1L, 2L, 1L << 40, long.MaxValue];
        if (plain == typeof(ulong)) return [0UL, 1UL, ulong.MaxValue];
        if (plain == typeof(TimeSpan)) return [TimeSpan.MinValue, TimeSpan.FromTicks(-1), TimeSpan.Zero, TimeSpan.FromTicks(1),
            TimeSpan.FromSeconds(1.5), TimeSpan.MaxValue];
        if (plain == typeof(DateTimeOffset)) return [DateTimeOffset.MinValue, DateTimeOffset.UnixEpoch, DateTimeOffset.MaxValue];
        if (plain.IsEnum) return [Enum.ToObject(plain, -1), Enum.ToObject(plain, 99), Enum.ToObject(plain, int.MaxValue)];
        if (plain == typeof(string)) return [null, "", " ", "\uD800", "\0", new string('x', 1 << 16)];
        return plain.IsValueType ? [] : [null];
    }
}
