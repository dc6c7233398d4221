using Monolith.Embeddings.Features;
using Monolith.Embeddings.Streams;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Streams.Sampling;

/// <summary>What cannot be corrected is refused, by name.</summary>
public class SubsamplingRefusalTests : LeakChecked
{
    private readonly SamplingFixture _fixture = new();

    [Test]
    public void All_options_that_cannot_be_used_are_listed()
    {
        var options = new SubsamplingOptions
        {
            NegativeRate = double.NaN,
            PositiveRate = 0,
            LocalCaseControl = true,
            PilotScale = double.NaN,
            UniformShare = 1.5,
            Floor = 0.5,
            Ceiling = 0.4,
            Correction = (SubsamplingCorrection)7,
            BatchSize = 0,
            MaxDelay = TimeSpan.Zero,
        };
        var failures = OptionFailures.Of(() => _fixture.Events(1, 1).Subsampled(options));
        foreach (var name in new[]
        {
            "Task", "NegativeRate", "PositiveRate", "LocalCaseControl", "PilotScale", "UniformShare", "Ceiling", "Correction", "BatchSize",
            "MaxDelay",
        })
            Assert.That(failures, Has.Some.StartsWith($"{name}: "), name);
        options = _fixture.Options(0.5);
        (options.Negatives, options.Pilot) = ((in ExampleView _) => 1, (_, _) => { });
        Assert.That(OptionFailures.Of(() => _fixture.Events(1, 1).Subsampled(options)),
            Is.EqualTo(new[] { "Pilot: stands beside Negatives; set one of them." }));
    }

    [Test]
    public void A_task_or_a_slot_of_another_schema_is_refused()
    {
        var (other, source) = (new SamplingFixture(correction: FeedbackCorrection.FakeNegativeWeighting), _fixture.Events(1, 1));
        Assert.That(() => source.Subsampled(other.Options(0.5)), Throws.ArgumentException);
        var options = _fixture.Options(0.5);
        options.KeySlots = [new SourceFixture().Slot];
        Assert.That(() => source.Subsampled(options), Throws.ArgumentException);
    }

    [Test]
    public void A_task_of_delays_takes_weights_alone()
    {
        var fixture = new SamplingFixture(correction: FeedbackCorrection.DelayModel);
        var options = fixture.Options(0.5);
        Assert.That(() => fixture.Events(1, 1).Subsampled(options),
            Throws.ArgumentException.With.Message.Contains("'click' has the correction DelayModel").And.Message.Contains("to Weight"));
        options.Correction = SubsamplingCorrection.Weight;
        Assert.That(() => fixture.Events(1, 1).Subsampled(options), Throws.Nothing);
    }

    [Test]
    public void A_second_sampler_of_the_same_seed_is_refused()
    {
        var source = _fixture.Events(1, 1).Subsampled(_fixture.Options(0.5, seed: 3));
        Assert.That(() => source.Subsampled(_fixture.Options(0.5, seed: 3)), Throws.ArgumentException.With.Message.Contains("seed 3"));
    }

    [Test]
    public void A_source_that_does_not_keep_its_states_is_refused()
    {
        var source = new ForgetfulSource(_fixture.Schema);
        Assert.That(() => source.Subsampled(_fixture.Options(0.5)), Throws.ArgumentException.With.Message.Contains("KeepStatesFrom"));
    }

    [Test]
    public void An_example_without_a_time_or_a_request_is_refused()
    {
        var events = new[] { SamplingFixture.Event(0), SamplingFixture.Event(1) with { Request = 0, Time = 0 } };
        Assert.That(() => ReadAsync(events, _fixture.Options(0.5)), Throws.InstanceOf<ExampleSourceException>()
            .With.Message.Contains("Example 1 (from 0) behind the position start").And.Message.Contains("neither a request id"));
        // Where nothing is decided, nothing is missing.
        Assert.That(() => ReadAsync(events, _fixture.Options(1)), Throws.Nothing);
    }

    [Test]
    public void A_label_in_between_is_refused() => Assert.That(
        () => ReadAsync([SamplingFixture.Event(0) with { Click = 0.25f }], _fixture.Options(0.5)),
        Throws.InstanceOf<ExampleSourceException>().With.Message.Contains("label 0.25 of task 'click'"));

    [Test]
    public void A_probability_that_is_no_number_is_refused()
    {
        var options = _fixture.Options(0.5);
        options.Negatives = (in ExampleView _) => double.NaN;
        Assert.That(() => ReadAsync([SamplingFixture.Event(0)], options),
            Throws.InstanceOf<ExampleSourceException>().With.Message.Contains("Negatives gave NaN"));
    }

    [Test]
    public void A_negative_with_a_label_of_another_task_is_refused_but_where_weights_are_right()
    {
        SampledEvent[] events = [SamplingFixture.Event(3) with { Buy = 0 }, SamplingFixture.Event(4) with { Buy = 0 }];
        var options = _fixture.Options(0.5);
        Assert.That(() => ReadAsync(events, options), Throws.InstanceOf<ExampleSourceException>()
            .With.Message.Contains("Example 1 ").And.Message.Contains("'click' has a label of task 'buy'"));
        Assert.That(() => ReadAsync(events[..1], options), Throws.Nothing, "a purchase after a click");
        options.PositiveRate = 0.5;
        Assert.That(() => ReadAsync(events, options), Throws.Nothing, "both classes alike");
        (options.PositiveRate, options.Correction) = (1, SubsamplingCorrection.Weight);
        Assert.That(() => ReadAsync(events, options), Throws.Nothing, "weights");
    }

    private Task<List<ExampleBatch>> ReadAsync(SampledEvent[] events, SubsamplingOptions options) =>
        SamplingFixture.ReadAsync(_fixture.Of(events, 10).Subsampled(options));

    private sealed class ForgetfulSource(FeatureSchema schema) : ExampleSource
    {
        public override FeatureSchema Schema => schema;

        public override bool CanRewind => true;

        public override bool IsDeterministic => true;

        public override bool HasState => true;

        public override IAsyncEnumerable<ExampleBatch> ReadAsync(StreamPosition from, CancellationToken cancellationToken) =>
            throw new NotSupportedException();
    }
}
