using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Snapshots.Manifest;

namespace Monolith.Embeddings.Tests.Snapshots.Manifest;

public sealed class SnapshotPublisherTests
{
    [Test]
    public async Task A_trainer_that_was_replaced_cannot_publish()
    {
        var store = new MemorySnapshotStore();
        var (old, young) = (new SnapshotPublisher(store), new SnapshotPublisher(store));
        var first = await old.TakeOverAsync(TestSnapshot.Chain, default);
        await old.AppendAsync(first.Chain, TestChain.Full(1, 10), default);
        var second = await young.TakeOverAsync(Guid.NewGuid(), default);
        Assert.That((second.Chain, second.Incarnation), Is.EqualTo((first.Chain, 2ul)));

        var refusal = Assert.ThrowsAsync<SnapshotException>(
            async () => await old.AppendAsync(first.Chain, TestChain.Delta(2, 10, 12), default))!;
        Assert.That((refusal.Fault, refusal.Message.Contains("Another trainer")), Is.EqualTo((SnapshotFault.Refused, true)));
        await young.AppendAsync(second.Chain, TestChain.Delta(2, 10, 13, incarnation: 2), default);
        Assert.That((await old.ReadAsync(default))!.Newest!.To, Is.EqualTo(13ul));
    }

    [Test]
    public async Task A_takeover_between_reading_and_replacing_is_noticed()
    {
        var store = new MemorySnapshotStore();
        var (old, young) = (new SnapshotPublisher(store), new SnapshotPublisher(store));
        await old.TakeOverAsync(TestSnapshot.Chain, default);
        var tries = 0;
        Assert.That(async () => await old.ChangeAsync(
            manifest =>
            {
                if (tries++ == 0) young.TakeOverAsync(default, default).AsTask().GetAwaiter().GetResult();
                return manifest!.Append(TestChain.Full(1, 10));
            },
            default), Throws.TypeOf<SnapshotException>());
        Assert.That((tries, (await young.ReadAsync(default))!.Newest), Is.EqualTo((2, (SnapshotCommit?)null)));
    }

    [Test]
    public async Task Many_who_change_one_manifest_all_count()
    {
        using var folder = new TestFolder();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            var publisher = new SnapshotPublisher(new FileSnapshotStore(folder.Path));
            for (var i = 0; i < 5; i++) await publisher.TakeOverAsync(TestSnapshot.Chain, default);
        })));
        Assert.That((await new SnapshotPublisher(new FileSnapshotStore(folder.Path)).ReadAsync(default))!.Incarnation, Is.EqualTo(20ul));
    }

    [Test]
    public async Task Another_chain_is_refused()
    {
        var publisher = new SnapshotPublisher(new MemorySnapshotStore());
        Assert.That(async () => await publisher.AppendAsync(TestSnapshot.Chain, TestChain.Full(1, 10), default),
            Throws.TypeOf<SnapshotException>().With.Property("Fault").EqualTo(SnapshotFault.Missing));
        await publisher.TakeOverAsync(TestSnapshot.Chain, default);
        Assert.That(async () => await publisher.AppendAsync(Guid.NewGuid(), TestChain.Full(1, 10), default),
            Throws.TypeOf<SnapshotException>().With.Property("Fault").EqualTo(SnapshotFault.Mismatch));
    }
}
