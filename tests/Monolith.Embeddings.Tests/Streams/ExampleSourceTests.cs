using Monolith.Embeddings.Features;
using Monolith.Embeddings.Streams;

namespace Monolith.Embeddings.Tests.Streams;

[TestFixture]
public sealed class ExampleSourceTests
{
    private readonly SourceFixture _fixture = new();

    [Test]
    public async Task Batches_hold_the_records_in_order([Values(0, 1, 2, 3, 4, 7, 9)] int count, [Values(1, 3, 65536)] int batchSize)
    {
        var batches = await _fixture.ReadAll(_fixture.Numbers(0, count, batchSize));

        var expected = Enumerable.Range(0, count).Select(n => (long)n).Chunk(batchSize).ToArray();
        Assert.That(batches.Select(b => b.Ids), Is.EqualTo(expected));
    }

    [Test]
    public async Task Reading_from_each_position_yields_the_remaining_batches([Values(9, 10, 11)] int count)
    {
        var source = _fixture.Numbers(100, count, 3);
        var batches = await _fixture.ReadAll(source);

        for (var i = 0; i < batches.Count; i++)
        {
            var rest = await _fixture.ReadAll(source, batches[i].Position);
            Assert.That(rest.Select(b => b.Ids), Is.EqualTo(batches.Skip(i + 1).Select(b => b.Ids)));
            Assert.That(rest.Select(b => b.Position), Is.EqualTo(batches.Skip(i + 1).Select(b => b.Position)));
        }
    }

    [Test]
    public async Task A_position_is_the_count_in_eight_bytes_little_endian()
    {
        var batches = await _fixture.ReadAll(_fixture.Numbers(0, 300, 258));

        Assert.That(batches[0].Position.Bytes.ToArray(), Is.EqualTo(new byte[] { 2, 1, 0, 0, 0, 0, 0, 0 }));
    }

    [Test]
    public async Task An_asynchronous_stream_can_be_opened_again()
    {
        var opened = 0;
        IAsyncEnumerable<int> Open(CancellationToken token)
        {
            opened++;
            return SourceFixture.NumbersThen(5, () => { }, token);
        }

        var source = ExampleSource.From(Open, _fixture.Encoder, 2, isDeterministic: false);
        var batches = await _fixture.ReadAll(source);
        var rest = await _fixture.ReadAll(source, batches[0].Position);

        Assert.That(rest.SelectMany(b => b.Ids), Is.EqualTo(new long[] { 2, 3, 4 }));
        Assert.That((opened, source.CanRewind, source.IsDeterministic), Is.EqualTo((2, true, false)));
    }

    [Test]
    public void What_the_caller_promises_is_what_the_source_says()
    {
        Assert.That(_fixture.Numbers(0, 1, 1).CanRewind, Is.True);
        Assert.That(_fixture.Numbers(0, 1, 1).IsDeterministic, Is.True);
        Assert.That(_fixture.Numbers(0, 1, 1).Schema, Is.SameAs(_fixture.Schema));
    }

    [Test]
    public async Task A_bare_stream_is_read_once()
    {
        var source = ExampleSource.From(SourceFixture.NumbersThen(5, () => { }), _fixture.Encoder, 2);
        var batches = await _fixture.ReadAll(source);

        Assert.That(batches.SelectMany(b => b.Ids), Is.EqualTo(new long[] { 0, 1, 2, 3, 4 }));
        Assert.That((source.CanRewind, source.IsDeterministic), Is.EqualTo((false, false)));
        Assert.That(async () => await _fixture.ReadAll(source), Throws.InvalidOperationException.With.Message.Contains("one time"));
    }

    [Test]
    public async Task A_bare_stream_is_not_read_from_a_position()
    {
        var position = (await _fixture.ReadAll(_fixture.Numbers(0, 5, 2)))[0].Position;
        var source = ExampleSource.From(SourceFixture.NumbersThen(5, () => { }), _fixture.Encoder, 2);

        Assert.That(() => source.ReadAsync(position, default), Throws.InvalidOperationException.With.Message.Contains("from its start"));
        Assert.That(await _fixture.ReadAll(source), Has.Count.EqualTo(3), "a refused position must not use the stream up");
    }

    [Test]
    public async Task What_the_encoder_throws_is_thrown_and_the_batch_goes_back_to_the_pool()
    {
        var isBroken = false;
        var encoder = new ExampleEncoder<int>(_fixture.Schema, (in int number, ExampleWriter writer) =>
        {
            writer.Id(_fixture.Slot, number);
            if (isBroken && number == 1) throw new NotFiniteNumberException("broken");
        });
        var source = ExampleSource.From(() => Enumerable.Range(0, 3), encoder, 3);

        var first = await TakeOne(source);
        isBroken = true;
        Assert.That(async () => await TakeOne(source), Throws.TypeOf<ExampleSourceException>()
            .With.InnerException.TypeOf<NotFiniteNumberException>().And.Message.StartsWith("Record 2 cannot be encoded: broken"));
        isBroken = false;

        Assert.That(await TakeOne(source), Is.SameAs(first));
        Assert.That((await _fixture.ReadAll(source)).Single().Ids, Is.EqualTo(new long[] { 0, 1, 2 }));
    }

    [Test]
    public async Task A_batch_under_construction_goes_back_to_the_pool_when_the_reading_is_cancelled()
    {
        using var stopping = new CancellationTokenSource();
        var source = ExampleSource.From(
            token => SourceFixture.NumbersThen(4, stopping.Cancel, token), _fixture.Encoder, 3);
        var first = await TakeOne(source);

        Assert.That(async () => await _fixture.ReadAll(source, cancellationToken: stopping.Token),
            Throws.InstanceOf<OperationCanceledException>());

        Assert.That(await TakeOne(source), Is.SameAs(first));
    }

    [Test]
    public async Task A_stream_that_ends_when_it_is_cancelled_does_not_yield_its_last_batch()
    {
        using var stopping = new CancellationTokenSource();
        var source = ExampleSource.From(token => SourceFixture.NumbersThen(4, stopping.Cancel, token), _fixture.Encoder, 3);
        var rows = 0;

        var reading = async () =>
        {
            await foreach (var batch in source.ReadAsync(default, stopping.Token))
            {
                rows += batch.Rows;
                batch.Dispose();
            }
        };

        Assert.That(reading, Throws.InstanceOf<OperationCanceledException>());
        Assert.That(rows, Is.EqualTo(3));
        await Task.CompletedTask;
    }

    [Test]
    public void A_cancelled_token_opens_nothing()
    {
        var source = ExampleSource.From<int>(() => throw new AssertionException("opened"), _fixture.Encoder, 3);

        Assert.That(async () => await _fixture.ReadAll(source, cancellationToken: new CancellationToken(true)),
            Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public void A_batch_has_1_to_65536_examples([Values(0, -1, 65537)] int batchSize) =>
        Assert.That(() => _fixture.Numbers(0, 1, batchSize), Throws.InstanceOf<ArgumentOutOfRangeException>());

    [Test]
    public void A_foreign_position_is_refused()
    {
        var source = _fixture.Numbers(0, 5, 2);

        Assert.That(() => source.ReadAsync(new StreamPosition(new byte[] { 1 }), default), Throws.ArgumentException);
        Assert.That(() => source.ReadAsync(new StreamPosition(Enumerable.Repeat((byte)255, 8).ToArray()), default),
            Throws.ArgumentException);
    }

    [Test]
    public async Task A_position_behind_the_end_is_refused()
    {
        var position = (await _fixture.ReadAll(_fixture.Numbers(0, 6, 6))).Single().Position;

        Assert.That(async () => await _fixture.ReadAll(_fixture.Numbers(0, 5, 2), position),
            Throws.InvalidOperationException.With.Message.Contains("after 5 records").And.Message.Contains("behind 6"));
    }

    [Test]
    public async Task A_batch_belongs_to_the_receiver_until_it_is_disposed()
    {
        var held = new List<ExampleBatch>();
        await foreach (var batch in _fixture.Numbers(0, 6, 2).ReadAsync(default, default)) held.Add(batch);

        Assert.That(held.Select(b => b.Ids(_fixture.Slot).ToArray()), Is.EqualTo(new[] { new long[] { 0, 1 }, [2, 3], [4, 5] }));
    }

    private static async Task<ExampleBatch> TakeOne(ExampleSource source)
    {
        await foreach (var batch in source.ReadAsync(default, default))
        {
            batch.Dispose();
            return batch;
        }
        throw new AssertionException("no batch");
    }
}
