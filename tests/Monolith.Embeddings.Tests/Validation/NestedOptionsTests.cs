using Microsoft.Extensions.Options;
using Monolith.Embeddings.Admission;
using Monolith.Embeddings.Expiry;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tests.Support;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Tests.Validation;

/// <summary>Options that hold one another: themselves, very many in a row, or the same ones again and again.</summary>
public class NestedOptionsTests
{
    private const int Many = 100_000;

    public static IEnumerable<TestCaseData> Holders =>
    [
        Holder("all-of", inner => With(new AllOfOptions(), inner), new MinOccurrencesOptions(2)),
        Holder("any-of", inner => With(new AnyOfOptions(), inner), new MinOccurrencesOptions(2)),
        Holder("expire-if-all", inner => With(new ExpireIfAllOptions(), inner), new TimeToLiveOptions(TimeSpan.FromDays(1))),
        Holder("expire-if-any", inner => With(new ExpireIfAnyOptions(), inner), new TimeToLiveOptions(TimeSpan.FromDays(1))),
        Holder("delay-compensation", inner => new DelayCompensationOptions
        {
            Inner = (OptimizerOptions?)inner ?? new AdagradOptions(),
        }, new AdagradOptions()),
        Holder("clipped delay-compensation", inner => new DelayCompensationOptions
        {
            Inner = (OptimizerOptions?)inner ?? new AdagradOptions(),
            Clipping = new() { Norm = 1 },
        }, new AdagradOptions()),
        Holder("warm-up", inner => new WarmUp { Steps = 2, Then = (LearningRateSchedule?)inner ?? new ConstantRate() }, new ConstantRate()),
        Holder("options of one's own", inner => new OwnOptions { Inner = inner }, new OwnOptions()),
    ];

    private static IEnumerable<(Type Kind, Action<IValidatedOptions> Use)> Uses =>
    [
        Use<IValidatedOptions>(o => OptionErrors.ThrowIfInvalid(o)),
        Use<IValidatedOptions>(o => Throw(new OptionsValidator<IValidatedOptions>().Validate("", o))),
        Use<AdmissionFilterOptions>(o => o.Create(new AdmissionContext(1, "t"))),
        Use<AdmissionFilterOptions>(o => _ = o.CountersPerId),
        Use<AdmissionFilterOptions>(o => _ = o.FixedBytes),
        Use<AdmissionFilterOptions>(o => _ = o.NeedsSlots),
        Use<AdmissionFilterOptions>(o => CreateTable(t => t.Admission = o)),
        Use<ExpiryPolicyOptions>(o => o.Create()),
        Use<ExpiryPolicyOptions>(o => o.Create(new TableTraits())),
        Use<ExpiryPolicyOptions>(o => _ = o.FrequencyHalfLife),
        Use<ExpiryPolicyOptions>(o => o.CollectTableErrors(new OptionErrors(), new TableTraits())),
        Use<ExpiryPolicyOptions>(o => CreateTable(t => t.Expiry = o)),
        Use<OptimizerOptions>(o => o.Create()),
        Use<OptimizerOptions>(o => o.Build()),
        Use<OptimizerOptions>(o => _ = o.LearnsFromGradients),
        Use<OptimizerOptions>(o => _ = o.NeedsExactWeights),
        Use<OptimizerOptions>(o => CreateTable(t => t.Segments[0].Optimizer = o)),
        Use<LearningRateSchedule>(o => o.Copy()),
        Use<LearningRateSchedule>(o => o.Rate(long.MaxValue, 1)),
        Use<LearningRateSchedule>(o => new SgdOptions { Schedule = o }.Build()),
        Use<LearningRateSchedule>(o => CreateTable(t => t.Segments[0].Optimizer = new SgdOptions { Schedule = o })),
    ];

    [TestCaseSource(nameof(Holders))]
    public void What_holds_itself_is_refused(Func<IValidatedOptions?, IValidatedOptions> hold, IValidatedOptions leaf)
    {
        var options = hold(null);
        SetInner(options, options);
        AssertRefused(options, "itself");
    }

    [TestCaseSource(nameof(Holders))]
    public void What_holds_itself_through_another_is_refused(Func<IValidatedOptions?, IValidatedOptions> hold, IValidatedOptions leaf)
    {
        var options = hold(null);
        SetInner(options, hold(hold(options)));
        AssertRefused(options, "itself");
    }

    [TestCaseSource(nameof(Holders))]
    public void Very_many_in_a_row_are_refused(Func<IValidatedOptions?, IValidatedOptions> hold, IValidatedOptions leaf)
    {
        var options = leaf;
        for (var i = 0; i < Many; i++) options = hold(options);
        AssertRefused(options, "levels");
    }

    [TestCaseSource(nameof(Holders))]
    public void The_same_ones_over_and_over_are_refused(Func<IValidatedOptions?, IValidatedOptions> hold, IValidatedOptions leaf)
    {
        var options = leaf;
        for (var i = 0; i < 28; i++)
        {
            var inner = options;
            options = hold(inner);
            Add(options, inner);
        }
        if (options is DelayCompensationOptions or WarmUp)
            Assert.That(() => OptionErrors.ThrowIfInvalid(options), Throws.Nothing, "they hold one alone");
        else AssertRefused(options, "options");
    }

    [TestCaseSource(nameof(Holders))]
    public void A_few_levels_are_good(Func<IValidatedOptions?, IValidatedOptions> hold, IValidatedOptions leaf)
    {
        var options = leaf;
        for (var i = 0; i < 8; i++) options = hold(options);
        foreach (var (_, use) in Uses.Take(2)) Assert.That(() => use(options), Throws.Nothing);
        if (options is AdmissionFilterOptions admission)
            Assert.That((admission.NeedsSlots, admission.CountersPerId, admission.FixedBytes), Is.EqualTo((false, 1, 0L)));
        if (options is LearningRateSchedule schedule) Assert.That(schedule.Copy().Rate(15, 1), Is.EqualTo(1), "7 warm-ups are over");
        CreateTable(t =>
        {
            if (options is AdmissionFilterOptions a) t.Admission = a;
            if (options is ExpiryPolicyOptions e) t.Expiry = e;
            if (options is OptimizerOptions o) t.Segments[0].Optimizer = o;
            if (options is LearningRateSchedule s) t.Segments[0].Optimizer = new SgdOptions { Schedule = s };
        });
    }

    [Test]
    public void The_message_has_the_path_and_the_limit()
    {
        var itself = new AllOfOptions();
        itself.Members.Add(new MinOccurrencesOptions(1));
        itself.Members.Add(itself);
        Assert.That(OptionFailures.Of(() => OptionErrors.ThrowIfInvalid(itself)).Single(),
            Does.StartWith("Members[1]: ").And.Contain("itself"));
        AdmissionFilterOptions deep = new MinOccurrencesOptions(1);
        for (var i = 0; i < 100; i++) deep = new AnyOfOptions(deep);
        var failure = OptionFailures.Of(() => OptionErrors.ThrowIfInvalid(deep)).Single();
        Assert.That(failure, Does.Contain("32 levels"));
        Assert.That(failure.Split("Members[0]").Length, Is.EqualTo(34), "a level deeper than allowed");
    }

    [Test]
    public void All_other_errors_are_told_beside_it()
    {
        var options = new EmbeddingTableOptions { Stripes = 3 };
        options.Segments.Add(new() { Name = "w", Dimension = 0 });
        var (admission, expiry, optimizer) = (new AllOfOptions(), new ExpireIfAnyOptions(), new DelayCompensationOptions { Lambda = -1 });
        admission.Members.Add(admission);
        expiry.Policies.Add(expiry);
        optimizer.Inner = optimizer;
        (options.Admission, options.Expiry, options.Segments[0].Optimizer) = (admission, expiry, optimizer);
        Assert.That(OptionFailures.PathsOf(() => OptionErrors.ThrowIfInvalid(options)), Is.EquivalentTo(new[]
        {
            "Name", "Stripes", "Segments[0].Dimension", "Segments[0].Optimizer.Lambda", "Segments[0].Optimizer.Inner",
            "Admission.Members[0]", "Expiry.Policies[0]",
        }));
    }

    [Test]
    public void Policies_are_joined_to_a_depth_and_a_number([Values] bool all, [Values] bool wide)
    {
        ExpiryPolicy policy = new TimeToLiveOptions(TimeSpan.FromDays(1)).Create();
        Assert.That(() =>
        {
            for (var i = 0; i < Many; i++) policy = all ? new ExpireIfAll(Inner(policy)) : new ExpireIfAny(Inner(policy));
        }, Throws.ArgumentException.With.Message.Contains(wide ? "policies" : "levels"));
        Assert.That(policy.Name, Is.Not.Empty);
        Assert.That((policy.ReadsWeights, policy.ForgetPendingUpTo(default)), Is.EqualTo((false, policy.ForgetPendingUpTo(default))));

        ExpiryPolicy[] Inner(ExpiryPolicy one) => wide ? [one, one] : [one];
    }

    private static TestCaseData Holder(string name, Func<IValidatedOptions?, IValidatedOptions> hold, IValidatedOptions leaf) =>
        new TestCaseData(hold, leaf).SetArgDisplayNames(name);

    private static CombinedFilterOptions With(CombinedFilterOptions options, IValidatedOptions? inner)
    {
        if (inner is not null) options.Members.Add((AdmissionFilterOptions)inner);
        return options;
    }

    private static JoinedExpiryOptions With(JoinedExpiryOptions options, IValidatedOptions? inner)
    {
        if (inner is not null) options.Policies.Add((ExpiryPolicyOptions)inner);
        return options;
    }

    private static void SetInner(IValidatedOptions options, IValidatedOptions inner)
    {
        if (options is DelayCompensationOptions delay) delay.Inner = (OptimizerOptions)inner;
        else if (options is WarmUp warmUp) warmUp.Then = (LearningRateSchedule)inner;
        else Add(options, inner);
    }

    private static void Add(IValidatedOptions options, IValidatedOptions inner)
    {
        if (options is CombinedFilterOptions combined) combined.Members.Add((AdmissionFilterOptions)inner);
        else if (options is JoinedExpiryOptions joined) joined.Policies.Add((ExpiryPolicyOptions)inner);
        else if (options is OwnOptions { Inner: null } own) own.Inner = inner;
        else if (options is OwnOptions other) other.Second = inner;
    }

    private static void AssertRefused(IValidatedOptions options, string said)
    {
        var failures = OptionFailures.Of(() => OptionErrors.ThrowIfInvalid(options));
        Assert.That(failures, Has.Some.Contains(said));
        Assert.That(failures, Has.Length.LessThan(3), "nothing is told twice");
        foreach (var (kind, use) in Uses.Where(u => u.Kind.IsInstanceOfType(options)))
        {
            Assert.That(() => use(options),
                Throws.InstanceOf<OptionsValidationException>().Or.InstanceOf<InvalidOperationException>(), kind.Name);
        }
    }

    private static void Throw(ValidateOptionsResult result)
    {
        if (result.Failed) throw new OptionsValidationException("", typeof(object), result.Failures);
    }

    private static (Type Kind, Action<IValidatedOptions> Use) Use<T>(Action<T> use)
        where T : class, IValidatedOptions => (typeof(T), options => use((T)options));

    private static void CreateTable(Action<EmbeddingTableOptions> configure)
    {
        var options = new EmbeddingTableOptions { Name = "t", Segments = { new() { Name = "w", Dimension = 2 } } };
        configure(options);
        using var tables = new EmbeddingTableSet(new TableSchema([options]), new() { MemoryLimitBytes = 1 << 22 });
        _ = tables.Schema.Fingerprint;
    }

    private sealed class OwnOptions : IValidatedOptions
    {
        public IValidatedOptions? Inner { get; set; }

        public IValidatedOptions? Second { get; set; }

        public void CollectErrors(OptionErrors errors)
        {
            if (Inner is not null) errors.Nested(nameof(Inner), Inner);
            if (Second is not null) errors.Nested(nameof(Second), Second);
        }
    }
}
