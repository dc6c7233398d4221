using Monolith.Embeddings.Snapshots;

namespace Monolith.Embeddings.Consumer.Tests.Faults.Stores;

/// <summary>Files that are changed, lost or exchanged while a trainer lives: a restore gives one commit whole, or is refused.</summary>
public class DamagedChainTests
{
    [Test]
    public async Task A_damaged_chain_is_never_a_mixture_and_verify_agrees_with_restore() => await Damage(1, 30);

    [Test, Explicit]
    public async Task A_damaged_chain_is_never_a_mixture_and_verify_agrees_with_restore_long() => await Damage(1000, 3000);

    [Test]
    public async Task A_chain_goes_on_from_damage_with_a_whole_snapshot()
    {
        var (tried, healed) = (0, 0);
        for (var seed = 1; seed <= 25; seed++, tried++)
        {
            var random = new Random(seed);
            var store = new CopiedStore();
            using var maker = await ChainMaker.OpenAsync(store);
            for (var commit = 0; commit < random.Next(1, 5); commit++)
            {
                maker.Learn(seed * 100 + commit);
                await maker.CommitAsync(commit);
            }
            var harmed = Harm(store, random, null);
            maker.Learn(seed);
            var next = await maker.CommitAsync(seed);
            var (state, refused) = await ChainMaker.RestoredAsync(store);
            Assert.That(state, Is.Not.Null, $"seed {seed}, {harmed}, a {next.Kind} after it: {refused}");
            Assert.That(SetState.Difference(SetState.Of(maker.Tables), state!), Is.Null, $"seed {seed}, {harmed}");
            if (next.Kind == SnapshotKind.Full) healed++;
        }
        TestContext.Out.WriteLine($"tried {tried}, full {healed}");
    }

    [Test]
    public async Task A_store_that_is_set_back_gives_a_replica_one_history()
    {
        var tried = 0;
        for (var seed = 1; seed <= 10; seed++, tried++)
        {
            var random = new Random(seed);
            var store = new CopiedStore();
            CopiedStore copy;
            await using var line = await FollowedLine.OpenAsync(store, seed);
            await line.TrainAsync(random.Next(1, 4));
            copy = await CopiedStore.OfAsync(store);
            await line.TrainAsync(random.Next(1, 4));
            await line.CheckAsync($"seed {seed}, before");
            // The old trainer ends, or is still there when the store is set back.
            if (random.Next(2) == 0) await line.ReplaceTrainerAsync();
            line.SetBack(copy);
            if (random.Next(2) == 0) await line.ReplaceTrainerAsync();
            for (var round = 0; round < 3; round++)
            {
                await line.TrainAsync(random.Next(1, 3));
                await line.CheckAsync($"seed {seed}, round {round}");
            }
        }
        TestContext.Out.WriteLine($"tried {tried}");
    }

    [Test]
    public async Task Two_trainers_on_one_store_never_mix_their_rows()
    {
        var (tried, taken) = (0, 0);
        for (var seed = 1; seed <= 10; seed++)
        {
            var random = new Random(seed);
            var store = new MemorySnapshotStore();
            ChainMaker?[] makers = [null, null];
            SortedDictionary<string, string>? newest = null;
            for (var action = 0; action < 20; action++, tried++)
            {
                var who = random.Next(2);
                if (makers[who] is null || random.Next(5) == 0)
                {
                    makers[who]?.Dispose();
                    makers[who] = await ChainMaker.OpenAsync(store);
                    Assert.That(SetState.Difference(newest ?? SetState.Of(ChainMaker.Set()), SetState.Of(makers[who]!.Tables)), Is.Null,
                        $"seed {seed}, action {action}");
                    continue;
                }
                makers[who]!.Learn(seed * 50 + action);
                try
                {
                    await makers[who]!.CommitAsync(action);
                    newest = SetState.Of(makers[who]!.Tables);
                    taken++;
                }
                catch (SnapshotException refused)
                {
                    Assert.That(refused.Fault, Is.EqualTo(SnapshotFault.Refused), $"seed {seed}, action {action}: {refused.Message}");
                }
            }
            foreach (var maker in makers) maker?.Dispose();
        }
        TestContext.Out.WriteLine($"tried {tried}, commits taken {taken}");
    }

    private static async Task Damage(int first, int count)
    {
        var (refusals, whole, unneeded) = (0, 0, 0);
        for (var seed = first; seed < first + count; seed++)
        {
            var random = new Random(seed);
            var (store, other) = (new CopiedStore(), new CopiedStore());
            var states = new List<SortedDictionary<string, string>> { new(SetState.Of(ChainMaker.Set()), StringComparer.Ordinal) };
            using var maker = await ChainMaker.OpenAsync(store);
            using var stranger = await ChainMaker.OpenAsync(other);
            var commits = random.Next(1, 6);
            for (var commit = 0; commit < commits; commit++)
            {
                maker.Learn(seed * 10 + commit);
                await maker.CommitAsync(commit);
                states.Add(SetState.Of(maker.Tables));
                stranger.Learn(seed * 10 + commit + 5);
                await stranger.CommitAsync(commit);
            }
            if (random.Next(3) == 0) await SnapshotCompactor.CompactAsync(store);
            var harmed = Harm(store, random, other, withManifest: true);
            var inspection = await SnapshotInspector.VerifyAsync(await CopiedStore.OfAsync(store));
            var (state, refused) = await ChainMaker.RestoredAsync(store);
            if (state is null)
            {
                refusals++;
                Assert.That(inspection.Problems, Is.Not.Empty, $"seed {seed}, {harmed}: verify found nothing, restore says {refused}");
                continue;
            }
            if (inspection.Problems.Count > 0) unneeded++;
            else whole++;
            if (store.Manifest is null) continue;
            Assert.That(states.Any(known => SetState.Difference(known, state) is null), Is.True, $"seed {seed}, {harmed}: a mixture");
            Assert.That(SetState.Difference(states[^1], state), Is.Null, $"seed {seed}, {harmed}: not the newest");
        }
        TestContext.Out.WriteLine($"tried {count}: refused {refusals}, restored {whole}, harm that a restore need not read {unneeded}");
    }

    private static string Harm(CopiedStore store, Random random, CopiedStore? other, bool withManifest = false)
    {
        var names = store.Files.Keys.Order(StringComparer.Ordinal).ToArray();
        var name = names[random.Next(names.Length)];
        var bytes = (byte[])store.Files[name].Clone();
        switch (random.Next(withManifest ? 8 : 6))
        {
            case 0:
                store.Files.TryRemove(name, out _);
                return $"{name} deleted";
            case 1:
                store.Files[name] = bytes[..random.Next(bytes.Length)];
                return $"{name} cut to {store.Files[name].Length} of {bytes.Length}";
            case 2 when other is not null:
                var others = other.Files.Keys.Order(StringComparer.Ordinal).ToArray();
                var same = Array.IndexOf(names, name) % others.Length;
                (store.Files[name], other.Files[others[same]]) = (other.Files[others[same]], bytes);
                return $"{name} exchanged with {others[same]} of another store";
            case 3:
                var second = names[random.Next(names.Length)];
                (store.Files[name], store.Files[second]) = (store.Files[second], bytes);
                return $"{name} exchanged with {second}";
            case 4:
                store.Files[name] = [.. bytes, (byte)random.Next(256)];
                return $"{name} longer by a byte";
            case 6:
                var manifest = (byte[])store.Manifest!.Clone();
                manifest[random.Next(manifest.Length)] ^= (byte)(1 << random.Next(8));
                store.Manifest = manifest;
                return "a bit of the manifest";
            case 7 when other is not null:
                store.Manifest = other.Manifest;
                return "the manifest of another store";
            default:
                var place = random.Next(bytes.Length);
                bytes[place] ^= (byte)(1 << random.Next(8));
                store.Files[name] = bytes;
                return $"{name} bit at {place}";
        }
    }
}
