using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Monolith.Embeddings.Admission;
using Monolith.Embeddings.Expiry;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Hosting;
using Monolith.Embeddings.Hosting.Configuration;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Streams;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Consumer.Tests.Faults.Options;

/// <summary>Options that hold options, any number of levels deep or in a circle, are used or refused; the process lives.</summary>
public class DeepNestingTests
{
    [Test]
    public void Schedules_of_any_depth_are_used_or_refused([Values(1, 10, 1000, 100_000, -1)] int depth) =>
        Use(WithSchedule(Schedule(depth)), Schedule(depth).Copy, () => Schedule(depth).Rate(5, 0.1), () => Valid(Schedule(depth)),
            () => new AdagradOptions { Schedule = Schedule(depth) }.Build());

    [Test]
    public void Optimizers_of_any_depth_are_used_or_refused([Values(1, 10, 1000, 100_000, -1)] int depth)
    {
        DelayCompensationOptions Make() => Compensation(depth);
        Use(With(table => table.Segments[0].Optimizer = Make()), () => Make().Create(), () => Make().Build(), () => Valid(Make()),
            () => new DelayCompensation(Make()), () => Make().LearnsFromGradients, () => Make().NeedsExactWeights,
            () => Make().ToString(), () => With(Make(), 3));
    }

    [Test]
    public void Admission_of_any_depth_is_used_or_refused([Values(1, 10, 1000, 100_000, -1)] int depth)
    {
        AllOfOptions Make() => Filters(depth);
        Use(With(table => table.Admission = Make()), () => Make().Create(new AdmissionContext(1, "t")), () => Valid(Make()),
            () => Make().ToString(), () => Make().NeedsSlots, () => Make().CountersPerId, () => Make().FixedBytes);
    }

    [Test]
    public void Expiry_of_any_depth_is_used_or_refused([Values(1, 10, 1000, 100_000, -1)] int depth)
    {
        ExpireIfAnyOptions Make() => Policies(depth);
        Use(With(table => table.Expiry = Make()), () => Make().Create(), () => Valid(Make()), () => Make().FrequencyHalfLife,
            () => Make().Create(new TableTraits()), () => Make().ToString(), () => DryRun(Make()), () => CollectTable(Make()));
    }

    [Test]
    public void Expiry_policies_of_any_depth_answer([Values(1, 10, 1000, 100_000)] int depth)
    {
        ExpiryPolicy policy = new TimeToLive(new TimeToLiveOptions(TimeSpan.FromSeconds(10)));
        try
        {
            for (var level = 0; level < depth; level++)
                policy = level % 2 == 0 ? new ExpireIfAny([policy]) : new ExpireIfAll([policy]);
        }
        catch (Exception refused) when (refused is ArgumentException or OptionsValidationException)
        {
            TestContext.Out.WriteLine(refused.Message);
            return;
        }
        var now = new ExpiryTime { NewestEventTime = At.Seconds(200), Clock = At.Seconds(200) };
        Assert.That(policy.IsExpired(new RowMetadata(1, At.Seconds(100)), now), Is.True);
        Assert.That(policy.TimeLeft(new RowMetadata(1, At.Seconds(195)), now), Is.EqualTo(TimeSpan.FromSeconds(5)));
        Assert.That((policy.ReadsWeights, policy.ForgetPendingUpTo(now)?.InSeconds(), policy.Name.Length > 0),
            Is.EqualTo((false, 190u, true)));
    }

    [Test]
    public async Task A_hundred_thousand_sources_are_one_and_go_on_in_the_middle([Values] bool leftFirst)
    {
        const int Parts = 100_000;
        var schema = SmallTrainer.Schema();
        var encoder = SmallTrainer.Encoder(schema);
        ExampleSource Part(int number) => ExampleSource.From(() => Records(number), encoder, 4);
        ExampleSource source = Part(leftFirst ? 0 : Parts - 1);
        for (var number = 1; number < Parts; number++)
            source = leftFirst ? source.Then(Part(number)) : Part(Parts - 1 - number).Then(source);
        Assert.That((source.CanRewind, source.IsDeterministic, ReferenceEquals(source.Schema, schema)), Is.EqualTo((true, true, true)));
        var (users, positions) = (new List<long>(), new List<StreamPosition>());
        await foreach (var batch in source.ReadAsync(StreamPosition.Start, default))
        {
            users.AddRange(batch.Ids(schema.Slots[0]));
            positions.Add(batch.Position);
            batch.Dispose();
        }
        Assert.That(users, Is.EqualTo(Enumerable.Range(0, Parts).Where(number => number % 3 != 1).Select(number => (long)number)));
        foreach (var middle in new[] { 128, positions.Count / 2, positions.Count - 1 })
        {
            var rest = 0;
            await foreach (var batch in source.ReadAsync(positions[middle], default))
            {
                if (rest++ == 0) Assert.That(batch.Ids(schema.Slots[0])[0], Is.EqualTo(users[middle + 1]));
                batch.Dispose();
            }
            Assert.That(rest, Is.EqualTo(positions.Count - middle - 1));
        }
        await source.CommittedAsync(positions[^1], default);
        IEnumerable<(long, long, bool, long)> Records(int number) => number % 3 == 1 ? [] : [(number, 1, true, 1_700_000_000_000)];
    }

    [Test]
    public async Task A_source_that_holds_itself_is_read_or_refused()
    {
        var schema = SmallTrainer.Schema();
        var part = ExampleSource.From(() => new[] { (1L, 2L, true, 1_700_000_000_000L) }, SmallTrainer.Encoder(schema), 4);
        var doubled = part;
        for (var level = 0; level < 12; level++) doubled = doubled.Then(doubled);
        var read = 0;
        await foreach (var batch in doubled.ReadAsync(StreamPosition.Start, default))
        {
            read += batch.Rows;
            batch.Dispose();
        }
        Assert.That(read, Is.EqualTo(4096));
        // Two to the fiftieth parts: no memory holds their list.
        for (var level = 12; level < 50; level++)
        {
            try
            {
                doubled = doubled.Then(doubled);
            }
            catch (Exception refused) when (refused is ArgumentException or InvalidOperationException)
            {
                TestContext.Out.WriteLine($"level {level}: {refused.Message}");
                return;
            }
        }
        TestContext.Out.WriteLine("2^50 parts were taken");
    }

    [Test]
    public void Models_and_trainers_take_or_refuse_deep_options([Values(1, 1000, 100_000, -1)] int depth)
    {
        var schema = SmallTrainer.Schema();
        using var tables = new EmbeddingTableSet(schema, new() { MemoryLimitBytes = 16 << 20 });
        Use(() => new LogisticRegression(schema, new() { Optimizer = new SgdOptions { Schedule = Schedule(depth) } }),
            () => new DeepFm(schema, new() { Optimizer = Compensation(depth) }),
            () => new FactorizationMachine(schema, new() { Optimizer = Compensation(depth) }),
            () => new FeatureSchemaBuilderOf(Compensation(depth)).Build());
    }

    [TestCase("Schedule:Then", "WarmUp")]
    [TestCase("Inner", "DelayCompensation")]
    public void Configuration_of_any_depth_is_read_or_refused(string path, string type)
    {
        foreach (var depth in new[] { 1, 20, 200, 2000 })
        {
            var values = new Dictionary<string, string?>
            {
                ["R:Tables:t:Segments:0:Name"] = "s",
                ["R:Tables:t:Segments:0:Optimizer:Type"] = path == "Inner" ? type : "Sgd",
            };
            var (first, then) = (path.Split(':')[0], path.Split(':')[^1]);
            var key = "R:Tables:t:Segments:0:Optimizer:" + first;
            for (var level = 0; level < depth; level++, key += ":" + then) values[key + ":Type"] = type;
            var section = new ConfigurationBuilder().AddInMemoryCollection(values).Build().GetSection("R");
            Use(() => new ServiceCollection().AddMonolithEmbeddings(section),
                () => new PlugInRegistry().Read<EmbeddingsOptions>(section));
        }
    }

    [Test]
    public void Parts_that_are_missing_in_lists_and_holders_are_refused()
    {
        Use(With(table => table.Admission = new AllOfOptions([null!])), With(table => table.Admission = new AnyOfOptions()),
            With(table => table.Admission = new AllOfOptions(new AnyOfOptions(new MinOccurrencesOptions(2), null!))),
            With(table => table.Expiry = new ExpireIfAllOptions([null!])), With(table => table.Expiry = new ExpireIfAnyOptions()),
            With(table => table.Segments[0].Optimizer = new DelayCompensationOptions { Inner = null! }),
            With(table => table.Segments[0].Optimizer = new SgdOptions { Schedule = new WarmUp { Then = null! } }),
            With(table => table.Segments[0].Optimizer = null!), With(table => table.Segments[0].Initializer = null!),
            With(table => table.Segments[0] = null!), With(table => table.Expiry = new KeepBestOptions { By = null! }),
            With(table => table.Admission = new MinOccurrencesOptions { Counter = null! }), With(table => table.Name = null!),
            () => new TableSchema([null!]), () => new ExpireIfAny([null!]), () => new ExpireIfAny(null!), () => new ExpireIfAll(null!),
            () => new AllOfOptions(null!), () => new ExpireIfAnyOptions(null!));
    }

    [Test]
    public void A_missing_policy_among_joined_ones_is_named()
    {
        var policy = new TimeToLiveOptions(TimeSpan.FromDays(1)).Create();
        Assert.That(() => new ExpireIfAny([policy, null!]), Throws.ArgumentException.With.Message.Contains("Policy 1 of 2 is null"));
        Assert.That(() => new ExpireIfAll([null!, policy]), Throws.ArgumentException.With.Message.Contains("Policy 0 of 2 is null"));
    }

    private static Func<object> WithSchedule(LearningRateSchedule schedule) =>
        With(table => table.Segments[0].Optimizer = new SgdOptions { Schedule = schedule });

    private static Func<object> With(Action<EmbeddingTableOptions> change) => () =>
    {
        var options = new EmbeddingTableOptions { Name = "t" };
        options.Segments.Add(new SegmentOptions { Name = "s" });
        change(options);
        using var table = new EmbeddingTable(options, new() { MemoryLimitBytes = 16 << 20 });
        table.LookupOrAdmit([1, 2], [], new float[2], At.Seconds(1_700_000_000));
        table.ApplyGradients([1, 2], [1f, 2f], [], At.Seconds(1_700_000_001), 1);
        table.Evict();
        _ = table.Explain(1).ToString();
        _ = new TableSchema([options]).Fingerprint;
        using var set = new EmbeddingTableSet(new TableSchema([options]), new() { MemoryLimitBytes = 16 << 20 });
        using var chain = SnapshotChain.OpenAsync(new MemorySnapshotStore(), set).GetAwaiter().GetResult();
        return chain.CommitAsync(new Dictionary<string, ReadOnlyMemory<byte>>()).GetAwaiter().GetResult();
    };

    private static OptionErrors With(OptimizerOptions options, int dimension)
    {
        var errors = new OptionErrors();
        options.CollectErrors(errors, dimension);
        return errors;
    }

    private static OptionErrors CollectTable(ExpiryPolicyOptions options)
    {
        var errors = new OptionErrors();
        options.CollectTableErrors(errors, new TableTraits());
        return errors;
    }

    private static EvictionForecast DryRun(ExpiryPolicyOptions policy)
    {
        var options = new EmbeddingTableOptions { Name = "t" };
        options.Segments.Add(new SegmentOptions { Name = "s" });
        using var table = new EmbeddingTable(options, new() { MemoryLimitBytes = 16 << 20 });
        table.Assign([1], [1f], At.Seconds(1_700_000_000));
        return table.DryRun(policy);
    }

    private static object Valid(IValidatedOptions options)
    {
        OptionErrors.ThrowIfInvalid(options);
        return options;
    }

    private static WarmUp Schedule(int depth)
    {
        var first = new WarmUp { Steps = 1 };
        if (depth < 0)
        {
            first.Then = new WarmUp { Steps = 1, Then = first };
            return first;
        }
        for (var level = 1; level < depth; level++) first = new WarmUp { Steps = 1, Then = first };
        return first;
    }

    private static DelayCompensationOptions Compensation(int depth)
    {
        var first = new DelayCompensationOptions();
        if (depth < 0)
        {
            first.Inner = new DelayCompensationOptions { Inner = first };
            return first;
        }
        for (var level = 1; level < depth; level++) first = new DelayCompensationOptions { Inner = first };
        return first;
    }

    private static AllOfOptions Filters(int depth)
    {
        var first = new AllOfOptions(new MinOccurrencesOptions(1));
        if (depth < 0)
        {
            first.Members.Add(new AnyOfOptions(first));
            return first;
        }
        for (var level = 1; level < depth; level++) first = new AllOfOptions(first);
        return first;
    }

    private static ExpireIfAnyOptions Policies(int depth)
    {
        var first = new ExpireIfAnyOptions(new TimeToLiveOptions(TimeSpan.FromDays(1)));
        if (depth < 0)
        {
            first.Policies.Add(new ExpireIfAllOptions(first));
            return first;
        }
        for (var level = 1; level < depth; level++) first = new ExpireIfAnyOptions(first);
        return first;
    }

    private static void Use(params Func<object?>[] uses)
    {
        var (used, refused) = (0, 0);
        for (var number = 0; number < uses.Length; number++)
        {
            try
            {
                (uses[number]() as IDisposable)?.Dispose();
                used++;
            }
            catch (Exception exception) when (exception is OptionsValidationException or ArgumentException or InvalidOperationException)
            {
                refused++;
                var message = exception.Message;
                Assert.That(message, Has.Length.LessThan(5000), "a message too long to read");
                TestContext.Out.WriteLine($"{exception.GetType().Name}: {message}");
            }
            catch (NullReferenceException exception)
            {
                Assert.Fail($"use {number}: {exception}");
            }
        }
        TestContext.Out.WriteLine($"used {used}, refused {refused}");
    }

    private sealed class FeatureSchemaBuilderOf(OptimizerOptions optimizer)
    {
        public FeatureSchema Build()
        {
            var builder = new FeatureSchemaBuilder();
            builder.Table("t", row => row.Bias(optimizer));
            builder.Slot("s", "t");
            builder.Task("c");
            return builder.Build();
        }
    }
}
