using System.Buffers.Binary;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Streams;

namespace Monolith.Embeddings.Tests.Streams;

/// <summary>A source of very many parts costs what its parts cost.</summary>
[TestFixture]
public sealed class ManyPartsTests
{
    private const int Many = 100_000;

    private readonly SourceFixture _fixture = new();

    [Test]
    public async Task A_hundred_thousand_parts_are_read_from_any_position([Values] bool fromTheLeft)
    {
        var source = Chain(Many, fromTheLeft);
        Assert.That((source.CanRewind, source.IsDeterministic), Is.EqualTo((true, true)));
        var batches = await _fixture.ReadAll(source);
        Assert.That(batches.Select(b => b.Ids.Single()), Is.EqualTo(Enumerable.Range(0, Many).Select(i => (long)i)));
        Assert.That(batches.Max(b => b.Position.Bytes.Length), Is.LessThanOrEqualTo(16), "a position does not grow with the parts");
        foreach (var i in new[] { 0, 127, 128, Many - 2, Many - 1 })
        {
            await source.CommittedAsync(batches[i].Position, CancellationToken.None);
            var rest = await _fixture.ReadAll(source, batches[i].Position);
            Assert.That(rest.Count, Is.EqualTo(Many - 1 - i));
            Assert.That(rest.Select(b => b.Ids.Single()), Is.EqualTo(Enumerable.Range(i + 1, Many - 1 - i).Select(n => (long)n)));
        }
    }

    [Test]
    public async Task What_a_part_costs_does_not_grow_with_their_number()
    {
        var (few, many) = (await LeastAllocatedAsync(2000), await LeastAllocatedAsync(32_000));
        Assert.That(many / few, Is.LessThan(1.5), $"{few} bytes a part of 2,000, {many} of 32,000");
    }

    [Test]
    public async Task A_position_stays_good_when_another_part_is_added()
    {
        var source = _fixture.Numbers(0, 4, 2);
        for (var parts = 1; parts < 6; parts++)
        {
            var batches = await _fixture.ReadAll(source);
            var longer = source.Then(_fixture.Numbers(100 * parts, 4, 2));
            var all = await _fixture.ReadAll(longer);
            // A source alone writes positions of its own, which say nothing of parts.
            for (var i = 0; parts > 1 && i < batches.Count; i++)
            {
                var rest = await _fixture.ReadAll(longer, batches[i].Position);
                Assert.That(rest.Select(b => b.Ids), Is.EqualTo(all.Skip(i + 1).Select(b => b.Ids)), $"{parts} parts, batch {i}");
            }
            source = longer;
        }
    }

    // As they were written while each source held two: the index of the part, and then the part's own.
    [Test]
    public async Task Positions_of_nested_pairs_are_still_read()
    {
        var (a, b) = (_fixture.Numbers(0, 4, 2), _fixture.Numbers(100, 4, 2));
        var (c, d) = (_fixture.Numbers(200, 4, 2), _fixture.Numbers(300, 4, 2));
        (ExampleSource Source, byte[][] Paths)[] cases =
        [
            (a.Then(b), [[0], [1]]),
            (a.Then(b).Then(c), [[0, 0], [0, 1], [1]]),
            (a.Then(b.Then(c)), [[0], [1, 0], [1, 1]]),
            (a.Then(b).Then(c).Then(d), [[0, 0, 0], [0, 0, 1], [0, 1], [1]]),
            (a.Then(b).Then(c.Then(d)), [[0, 0], [0, 1], [1, 0], [1, 1]]),
            (a.Then(a).Then(b.Then(c.Then(a))), [[0, 0], [0, 1], [1, 0], [1, 1, 0], [1, 1, 1]]),
        ];
        foreach (var (source, paths) in cases)
        {
            var all = await _fixture.ReadAll(source);
            for (var part = 0; part < paths.Length; part++)
            {
                var inner = new byte[sizeof(long)];
                BinaryPrimitives.WriteInt64LittleEndian(inner, 2);
                var rest = await _fixture.ReadAll(source, new StreamPosition((byte[])[.. paths[part], .. inner]));
                Assert.That(rest.Select(x => x.Ids), Is.EqualTo(all.Skip(2 * part + 1).Select(x => x.Ids)));
            }
        }
    }

    [Test]
    public void Positions_that_no_source_of_these_parts_made_are_refused()
    {
        var source = Chain(300, fromTheLeft: true);
        byte[][] foreign =
        [
            [2], [0], [0, 0], [7, 1, 2], [255], [255, 128], [255, 172, 2], [255, 128, 128, 128, 128, 128, 1], [255, 255, 255, 255, 255, 15],
        ];
        foreach (var bytes in foreign)
            Assert.That(() => source.ReadAsync(new StreamPosition(bytes), default), Throws.ArgumentException, Convert.ToHexString(bytes));

    }

    private ExampleSource Chain(int parts, bool fromTheLeft)
    {
        var source = Part(fromTheLeft ? 0 : parts - 1);
        for (var i = 1; i < parts; i++) source = fromTheLeft ? source.Then(Part(i)) : Part(parts - 1 - i).Then(source);
        return source;
    }

    private ExampleSource Part(int number) => _fixture.Numbers(number, 1, 1);

    // All threads of the process are counted: the least of some runs is that of the parts alone.
    private async Task<double> LeastAllocatedAsync(int parts)
    {
        var least = double.MaxValue;
        for (var run = 0; run < 3; run++) least = Math.Min(least, await AllocatedAsync(parts));
        return least;
    }

    private async Task<double> AllocatedAsync(int parts)
    {
        var before = GC.GetTotalAllocatedBytes(precise: true);
        var batches = await _fixture.ReadAll(Chain(parts, fromTheLeft: true));
        Assert.That(batches.Count, Is.EqualTo(parts));
        return (GC.GetTotalAllocatedBytes(precise: true) - before) / (double)parts;
    }
}
