using Monolith.Embeddings.Features;
using Monolith.Embeddings.Streams;

namespace Monolith.Embeddings.Tests.Streams;

[TestFixture]
public sealed class SequentialSourceTests
{
    private readonly SourceFixture _fixture = new();

    [Test]
    public async Task The_second_follows_the_first_and_batches_do_not_cross([Values(0, 1, 4, 5)] int first, [Values(0, 1, 4, 5)] int second)
    {
        var source = _fixture.Numbers(0, first, 2).Then(_fixture.Numbers(100, second, 3));

        var expected = Enumerable.Range(0, first).Select(n => (long)n).Chunk(2)
            .Concat(Enumerable.Range(100, second).Select(n => (long)n).Chunk(3));
        Assert.That((await _fixture.ReadAll(source)).Select(b => b.Ids), Is.EqualTo(expected));
    }

    [Test]
    public async Task Reading_from_each_position_yields_the_remaining_batches_also_when_nested()
    {
        var a = _fixture.Numbers(0, 5, 2);
        var b = _fixture.Numbers(100, 4, 2);
        var c = _fixture.Numbers(200, 5, 3);
        foreach (var source in new[] { a.Then(b), a.Then(b).Then(c), a.Then(b.Then(c)), a.Then(a) })
        {
            var batches = await _fixture.ReadAll(source);
            Assert.That(batches.Select(x => x.Position).Distinct().Count(), Is.EqualTo(batches.Count));
            for (var i = 0; i < batches.Count; i++)
            {
                var rest = await _fixture.ReadAll(source, batches[i].Position);
                Assert.That(rest.Select(x => x.Ids), Is.EqualTo(batches.Skip(i + 1).Select(x => x.Ids)));
                Assert.That(rest.Select(x => x.Position), Is.EqualTo(batches.Skip(i + 1).Select(x => x.Position)));
            }
        }
    }

    [Test]
    public async Task A_position_in_the_second_never_opens_the_first()
    {
        var opened = 0;
        var history = ExampleSource.From(() => Enumerable.Range(0, 1 + opened++), _fixture.Encoder, 2);
        var source = history.Then(_fixture.Numbers(100, 4, 2));
        var batches = await _fixture.ReadAll(source);

        var rest = await _fixture.ReadAll(source, batches[1].Position);

        Assert.That(opened, Is.EqualTo(1));
        Assert.That(rest.Single().Ids, Is.EqualTo(new long[] { 102, 103 }));
    }

    [Test]
    public async Task A_position_is_the_index_of_the_part_and_its_own()
    {
        var batches = await _fixture.ReadAll(_fixture.Numbers(0, 2, 2).Then(_fixture.Numbers(0, 3, 3)));

        Assert.That(batches[0].Position.Bytes.ToArray(), Is.EqualTo(new byte[] { 255, 0, 2, 0, 0, 0, 0, 0, 0, 0 }));
        Assert.That(batches[1].Position.Bytes.ToArray(), Is.EqualTo(new byte[] { 255, 1, 3, 0, 0, 0, 0, 0, 0, 0 }));
    }

    [Test]
    public void It_promises_what_both_promise()
    {
        var both = _fixture.Numbers(0, 1, 1);
        var bare = ExampleSource.From(SourceFixture.NumbersThen(1, () => { }), _fixture.Encoder, 1);
        var loose = ExampleSource.From(() => Enumerable.Range(0, 1), _fixture.Encoder, 1, isDeterministic: false);

        Assert.That(Promises(both.Then(both)), Is.EqualTo((true, true)));
        Assert.That(Promises(both.Then(bare)), Is.EqualTo((false, false)));
        Assert.That(Promises(bare.Then(both)), Is.EqualTo((false, false)));
        Assert.That(Promises(both.Then(loose)), Is.EqualTo((true, false)));
        Assert.That(Promises(loose.Then(both)), Is.EqualTo((true, false)));
    }

    [Test]
    public async Task Schemas_must_be_equal_but_need_not_be_one_object()
    {
        var read = await _fixture.ReadAll(_fixture.Numbers(0, 1, 1).Then(new SourceFixture().Numbers(1, 1, 1)));
        Assert.That(read.SelectMany(batch => batch.Ids), Is.EqualTo(new[] { 0, 1 }));
        Assert.That(() => _fixture.Numbers(0, 1, 1).Then(new SourceFixture("others").Numbers(0, 1, 1)),
            Throws.ArgumentException.With.Message.Contains("differ: table 'numbers' is in the first alone"));
    }

    [Test]
    public async Task A_commit_goes_to_the_part_that_the_position_belongs_to()
    {
        var first = new CommitRecorder(_fixture.Numbers(0, 2, 2));
        var second = new CommitRecorder(_fixture.Numbers(0, 3, 3));
        var source = first.Then(second);
        var batches = await _fixture.ReadAll(source);

        await source.CommittedAsync(batches[0].Position, default);
        Assert.That((first.Commits.Count, second.Commits.Count), Is.EqualTo((1, 0)));
        await source.CommittedAsync(batches[1].Position, default);

        Assert.That(first.Commits.Single().Bytes.ToArray(), Is.EqualTo(new byte[] { 2, 0, 0, 0, 0, 0, 0, 0 }));
        Assert.That(second.Commits.Single().Bytes.ToArray(), Is.EqualTo(new byte[] { 3, 0, 0, 0, 0, 0, 0, 0 }));
    }

    [Test]
    public void The_second_does_not_begin_when_the_first_ended_by_cancellation()
    {
        using var stopping = new CancellationTokenSource();
        var second = new Unopened(_fixture.Numbers(0, 2, 2));
        var source = new QuietEnd(_fixture.Numbers(0, 2, 2), stopping).Then(second);

        Assert.That(async () => await _fixture.ReadAll(source, cancellationToken: stopping.Token),
            Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public void A_foreign_position_is_refused() =>
        Assert.That(
            () => _fixture.Numbers(0, 1, 1).Then(_fixture.Numbers(0, 1, 1)).ReadAsync(new StreamPosition(new byte[] { 2 }), default),
            Throws.ArgumentException.With.Message.Contains("part 2"));

    private static (bool, bool) Promises(ExampleSource source) => (source.CanRewind, source.IsDeterministic);

    private class Wrapped(ExampleSource inner) : ExampleSource
    {
        public override FeatureSchema Schema => inner.Schema;

        public override bool CanRewind => inner.CanRewind;

        public override bool IsDeterministic => inner.IsDeterministic;

        public override IAsyncEnumerable<ExampleBatch> ReadAsync(StreamPosition from, CancellationToken cancellationToken) =>
            inner.ReadAsync(from, cancellationToken);
    }

    private sealed class CommitRecorder(ExampleSource inner) : Wrapped(inner)
    {
        public List<StreamPosition> Commits { get; } = [];

        public override ValueTask CommittedAsync(StreamPosition position, CancellationToken cancellationToken)
        {
            Commits.Add(position);
            return ValueTask.CompletedTask;
        }
    }

    private sealed class Unopened(ExampleSource inner) : Wrapped(inner)
    {
        public override IAsyncEnumerable<ExampleBatch> ReadAsync(StreamPosition from, CancellationToken cancellationToken) =>
            throw new AssertionException("opened");
    }

    private sealed class QuietEnd(ExampleSource inner, CancellationTokenSource stopping) : Wrapped(inner)
    {
        public override async IAsyncEnumerable<ExampleBatch> ReadAsync(
            StreamPosition from, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
        {
            await foreach (var batch in base.ReadAsync(from, default)) yield return batch;
            await stopping.CancelAsync();
        }
    }
}
