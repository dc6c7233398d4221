using Monolith.Embeddings.Admission;
using Monolith.Embeddings.Consumer.Tests.Faults.Stores;
using Monolith.Embeddings.Expiry;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Serving;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Streams;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Training;

namespace Monolith.Embeddings.Consumer.Tests.Faults.Threads;

/// <summary>Objects used by two threads, disposed while they are used and twice: exceptions that say so, or right results.</summary>
public class ThreadsAndDisposalTests
{
    private static readonly EmbeddingTableSetOptions Small = new() { MemoryLimitBytes = 16 << 20 };

    [Test]
    public void Tables_are_disposed_while_every_verb_runs()
    {
        var tried = 0;
        for (var seed = 0; seed < 60; seed++, tried++)
        {
            var random = new Random(seed);
            var set = ChainMaker.Set();
            for (var step = 0; step < 3; step++) Traffic.Run(set, seed, step);
            var enumerator = set.Tables[0].EnumerateRows(3);
            enumerator.MoveNext();
            var spin = random.Next(2000);
            Race.Run($"seed {seed}",
                () => Verbs(set, seed, 40),
                () => Verbs(set, seed + 1, 40),
                () => { while (enumerator.MoveNext()) _ = enumerator.Current.Count; },
                () => { Thread.SpinWait(spin); (seed % 3 == 0 ? (IDisposable)set.Tables[0] : set).Dispose(); },
                () => { Thread.SpinWait(spin / 2); if (seed % 2 == 0) enumerator.Dispose(); else set.Dispose(); });
            enumerator.Dispose();
            set.Dispose();
            set.Dispose();
            foreach (var table in set.Tables) table.Dispose();
            Assert.That(set.MemoryBytes, Is.Zero, $"seed {seed}: memory of a disposed set");
            Assert.That(() => set.Tables[0].Lookup(1, new float[4]), Throws.TypeOf<ObjectDisposedException>());
            Assert.That(() => set.Tables[0].Assign([], [], At.Seconds(1)), Throws.TypeOf<ObjectDisposedException>());
            Assert.That(() => set.Tables[0].EnumerateRows(), Throws.TypeOf<ObjectDisposedException>());
            Assert.That(() => set.Evict(), Throws.TypeOf<ObjectDisposedException>());
            Assert.That(() => set.Tables[0].Explain(1), Throws.TypeOf<ObjectDisposedException>());
        }
        TestContext.Out.WriteLine($"tried {tried}");
    }

    [Test]
    public void An_enumerator_of_two_threads_never_shows_rows_that_are_not_there()
    {
        for (var seed = 0; seed < 60; seed++)
        {
            using var set = ChainMaker.Set();
            var table = set.Tables[0];
            var ids = Enumerable.Range(0, 500).Select(id => (long)id).ToArray();
            table.Assign(ids, [.. ids.SelectMany(id => Enumerable.Repeat((float)id, 4))], At.Seconds(1));
            using var rows = table.EnumerateRows(7);
            void Read()
            {
                while (rows.MoveNext())
                {
                    var chunk = rows.Current;
                    Assert.That(chunk.Ids.Length, Is.LessThanOrEqualTo(7));
                    foreach (var id in chunk.Ids) if (id is < 0 or >= 500) throw new InvalidDataException($"id {id} is no row's");
                }
            }
            Race.Run($"seed {seed}", Read, Read, () => table.Remove(ids.AsSpan(0, 200)), () => { if (seed % 4 == 0) rows.Dispose(); });
            rows.Dispose();
            Assert.That(table.Remove(ids), Is.LessThanOrEqualTo(300));
            Assert.That(set.Tables[0].Count, Is.Zero);
        }
    }

    [Test]
    public async Task Plug_ins_that_dispose_their_table_or_call_into_it_are_refused()
    {
        EmbeddingTable? table = null;
        var calls = new Queue<Action>(
        [
            () => table!.Dispose(), () => table!.Clear(), () => table!.Lookup(1, new float[1]), () => table!.Evict(),
            () => table!.Assign([5], [1f], At.Seconds(1)), () => table!.Remove(1), () => table!.GetStatistics(), () => table!.Explain(1),
            () => { foreach (var _ in table!.EnumerateRows()) { } },
        ]);
        var (tried, done) = (calls.Count, 0);
        while (calls.TryDequeue(out var call))
        {
            var options = new EmbeddingTableOptions
            {
                Name = "t",
                Admission = new AdmitIfOptions((in AdmissionRequest _) =>
                {
                    call();
                    done++;
                    return true;
                }),
                Expiry = new ExpireIfOptions((in RowMetadata _, in ExpiryTime _) =>
                {
                    call();
                    return true;
                }),
            };
            options.Segments.Add(new SegmentOptions { Name = "s" });
            table = new EmbeddingTable(options, Small);
            var told = await Race.CaughtAsync(() => Task.FromResult(table.LookupOrAdmit([1, 2, 3], [], new float[3], At.Seconds(1))));
            Assert.That(told, Is.Null.Or.TypeOf<BatchInterruptedException>());
            table.Assign([1], [2f], At.Seconds(1));
            told = await Race.CaughtAsync(() => Task.FromResult(table.Evict()));
            Assert.That(told, Is.Null.Or.InstanceOf<InvalidOperationException>());
            Assert.That(table.Count, Is.LessThanOrEqualTo(3));
            table.Dispose();
        }
        TestContext.Out.WriteLine($"tried {tried}, calls that were allowed {done}");
    }

    [Test]
    public async Task Chains_and_pending_snapshots_are_disposed_while_they_write()
    {
        var (tried, commits) = (0, 0);
        for (var seed = 0; seed < 40; seed++, tried++)
        {
            var random = new Random(seed);
            var store = new MemorySnapshotStore();
            var maker = await ChainMaker.OpenAsync(store);
            maker.Learn(seed);
            if (seed % 2 == 0) await maker.CommitAsync(0);
            maker.Learn(seed + 1);
            var cut = SetState.Of(maker.Tables);
            var pending = await maker.Chain.CutAsync(new Dictionary<string, ReadOnlyMemory<byte>>());
            SnapshotCommit? written = null;
            var (spin, kind) = (random.Next(20_000), seed % 5);
            await Race.RunAsync($"seed {seed}",
                async () => written = await pending.WriteAsync(),
                async () => { var again = await pending.WriteAsync(); written = again; },
                () => { maker.Learn(seed + 2); maker.Learn(seed + 3); return Task.CompletedTask; },
                async () => await maker.CommitAsync(3),
                async () =>
                {
                    Thread.SpinWait(spin);
                    if (kind == 1) await pending.DisposeAsync();
                    if (kind == 2) maker.Chain.Dispose();
                    if (kind == 3) maker.Tables.Dispose();
                });
            await pending.DisposeAsync();
            await pending.DisposeAsync();
            maker.Dispose();
            maker.Dispose();
            Assert.That(() => pending.WriteAsync(), Throws.InvalidOperationException.Or.TypeOf<ObjectDisposedException>());
            Assert.That(async () => await maker.Chain.CutAsync(new Dictionary<string, ReadOnlyMemory<byte>>()),
                Throws.TypeOf<ObjectDisposedException>());
            var (state, refused) = await ChainMaker.RestoredAsync(store);
            Assert.That(state, Is.Not.Null, $"seed {seed}: {refused}");
            if (written is null) continue;
            commits++;
            var manifest = SnapshotManifest.Parse((await store.ReadManifestAsync())!.Bytes.Span);
            if (manifest.Newest == written)
                Assert.That(SetState.Difference(cut, state!), Is.Null, $"seed {seed}: not what it was at the cut");
        }
        TestContext.Out.WriteLine($"tried {tried}, commits {commits}");
        Assert.That(commits, Is.GreaterThan(0));
    }

    [Test]
    public async Task Trainers_models_tables_and_stores_are_disposed_while_they_train()
    {
        var (tried, ended) = (0, 0);
        for (var seed = 0; seed < 60; seed++, tried++)
        {
            var (spin, kind) = (new Random(seed).Next(30_000), seed % 6);
            SmallTrainer? owner = null;
            ExampleBatch? kept = null;
            Task? disposal = null;
            owner = new SmallTrainer(new MemorySnapshotStore(), seed, options => options.Scored = (examples, _) =>
            {
                kept = examples;
                examples.Dispose();
                if (kind == 5) disposal = owner!.Trainer.DisposeAsync().AsTask();
            });
            await Race.RunAsync($"seed {seed}",
                () => owner.RunAsync(200),
                () => owner.RunAsync(200),
                async () => await owner.Trainer.SetEventTimeBackAsync(DateTimeOffset.UnixEpoch.AddYears(50)),
                () =>
                {
                    for (var round = 0; round < 20; round++)
                    {
                        _ = (owner.Trainer.Examples, owner.Trainer.Position, owner.Trainer.NewestCommit);
                        _ = owner.Trainer.Metrics.Total(SmallTrainer.Schema().Tasks[0]);
                    }
                    return Task.CompletedTask;
                },
                async () =>
                {
                    Thread.SpinWait(spin);
                    if (kind == 1) await owner.Trainer.DisposeAsync();
                    if (kind == 2) owner.Model.Dispose();
                    if (kind == 3) owner.Tables.Dispose();
                    if (kind == 4) await Task.WhenAll(owner.Trainer.DisposeAsync().AsTask(), owner.Trainer.DisposeAsync().AsTask());
                });
            Assert.That(await Race.CaughtAsync(() => Task.Run(() => kept?.Clear())), Is.Null.Or.InstanceOf<InvalidOperationException>());
            if (disposal is not null) await disposal;
            await owner.DisposeAsync();
            await owner.DisposeAsync();
            Assert.That(() => owner.RunAsync(1), Throws.TypeOf<ObjectDisposedException>());
            Assert.That(owner.Tables.MemoryBytes, Is.Zero);
            ended++;
        }
        TestContext.Out.WriteLine($"tried {tried}, ended {ended}");
    }

    [Test]
    public async Task A_batch_in_a_callback_is_read_only_and_never_another_ones_afterwards()
    {
        var (faults, seen, kept) = (new List<string>(), 0, new List<ExampleBatch>());
        await using var owner = new SmallTrainer(null, 3, options => options.Scored = (examples, logits) =>
        {
            seen++;
            var user = examples.Schema.Slots[0];
            var (before, rows) = (examples.Ids(user).ToArray(), examples.Rows);
            foreach (var harm in new Action[]
                {
                    examples.Clear, examples.EndRow, examples.AbandonRow, () => examples.BeginExample(), () => examples.BeginRow(),
                    () => examples.Position = StreamPosition.Start, () => _ = examples.Shared,
                })
            {
                try
                {
                    harm();
                    faults.Add($"batch {seen} let itself be changed");
                }
                catch (InvalidOperationException)
                {
                }
            }
            examples.Dispose();
            examples.Dispose();
            if (examples.Rows != rows || !examples.Ids(user).SequenceEqual(before)) faults.Add($"batch {seen} changed");
            if (logits.Length != rows) faults.Add($"{logits.Length} logits of {rows} rows");
            // What was kept of earlier batches: gone, or handed out again, never both readable and changed by this handle.
            foreach (var old in kept)
            {
                if (ReferenceEquals(old, examples)) continue;
                old.Dispose();
                try
                {
                    old.Clear();
                    faults.Add($"batch {seen}: an older one, that other code may have, was cleared");
                }
                catch (InvalidOperationException)
                {
                }
            }
            kept.Add(examples);
        });
        await owner.RunAsync(300);
        TestContext.Out.WriteLine($"batches {seen}");
        Assert.That(faults.Distinct(), Is.Empty);
        Assert.That(owner.Trainer.Examples, Is.EqualTo(300));
    }

    [Test]
    public async Task Requests_of_a_replica_never_answer_with_anothers_data()
    {
        var store = new MemorySnapshotStore();
        await using (var trainer = new SmallTrainer(store, 5)) await trainer.RunAsync(400);
        var schema = SmallTrainer.Schema();
        await using var replica = await ModelReplica.OpenAsync(
            store, new LogisticRegression(schema), new() { MemoryLimitBytes = 16 << 20 });
        var expected = new float[60];
        for (var user = 0; user < 60; user++) expected[user] = Ask(replica, user);
        Assert.That(expected.Distinct().Count(), Is.GreaterThan(10));
        using var stop = new CancellationTokenSource();
        var stale = new PredictionRequest[64];
        var (asked, wrong, refused) = (0, 0, 0);
        void Serve(int seed)
        {
            var random = new Random(seed);
            for (var round = 0; round < 1500; round++)
            {
                var user = random.Next(60);
                Interlocked.Increment(ref asked);
                try
                {
                    var request = replica.Rent(1);
                    lock (stale) stale[random.Next(64)] = request;
                    request.Shared.Id(request.Schema.Slots[0], user);
                    request.Add().Id(request.Schema.Slots[1], 7);
                    var score = new float[1];
                    replica.Predict(request, score);
                    request.Dispose();
                    if (score[0] != expected[user]) Interlocked.Increment(ref wrong);
                }
                catch (Exception exception) when (exception is InvalidOperationException or ArgumentException)
                {
                    Interlocked.Increment(ref refused);
                }
            }
        }
        var vandal = Task.Run(() =>
        {
            var random = new Random(1);
            while (!stop.IsCancellationRequested)
            {
                PredictionRequest request;
                lock (stale) request = stale[random.Next(64)];
                if (request.Equals(default)) continue;
                try
                {
                    request.Dispose();
                    if (random.Next(3) == 0) _ = request.Rows;
                    if (random.Next(3) == 0) request.Clear();
                    if (random.Next(3) == 0) request.Add().Id(request.Schema.Slots[0], 59);
                    if (random.Next(3) == 0) replica.Predict(request, new float[1]);
                }
                catch (Exception exception) when (exception is InvalidOperationException or ArgumentException)
                {
                }
            }
        });
        Race.Run("requests", () => Serve(1), () => Serve(2), () => Serve(3));
        stop.Cancel();
        await vandal;
        TestContext.Out.WriteLine($"asked {asked}, refused {refused}, wrong {wrong}");
        Assert.That(wrong, Is.Zero);
        Assert.That(refused, Is.LessThan(asked));
        for (var user = 0; user < 60; user++) Assert.That(Ask(replica, user), Is.EqualTo(expected[user]), "afterwards");
    }

    [Test]
    public async Task Replicas_are_disposed_while_they_serve_follow_and_load()
    {
        var tried = 0;
        for (var seed = 0; seed < 20; seed++, tried++)
        {
            var spin = new Random(seed).Next(20_000);
            var store = new MemorySnapshotStore();
            await using var trainer = new SmallTrainer(store, seed);
            await trainer.RunAsync(60);
            var schema = SmallTrainer.Schema();
            using var model = new LogisticRegression(schema);
            var replica = seed % 2 == 0
                ? await ModelReplica.OpenAsync(
                    store, model, new() { MemoryLimitBytes = 16 << 20, PollEvery = ModelReplicaOptions.ShortestPoll })
                : await ModelReplica.OpenAsync(store, _ => new LogisticRegression(schema), new() { MemoryLimitBytes = 16 << 20 });
            await Race.RunAsync($"seed {seed}",
                () => { for (var round = 0; round < 200; round++) Ask(replica, round % 60); return Task.CompletedTask; },
                () => Task.Run(() => { for (var round = 0; round < 200; round++) replica.Lookup("users", [1, 2, 3], new float[3]); }),
                async () => { await trainer.RunAsync(60); await replica.CatchUpAsync(); },
                () => replica.CatchUpAsync(),
                () => Task.Run(() => { for (var round = 0; round < 50; round++) _ = (replica.Lag, replica.Version, replica.MemoryBytes); }),
                async () =>
                {
                    Thread.SpinWait(spin);
                    await (seed % 3 == 0 ? replica.DisposeAsync() : ValueTask.CompletedTask);
                    if (seed % 5 == 4) model.Dispose();
                });
            await replica.DisposeAsync();
            await replica.DisposeAsync();
            Assert.That(() => Ask(replica, 1), Throws.TypeOf<ObjectDisposedException>());
            Assert.That(() => replica.CatchUpAsync(), Throws.TypeOf<ObjectDisposedException>());
            Assert.That(replica.MemoryBytes, Is.Zero, $"seed {seed}");
        }
        TestContext.Out.WriteLine($"tried {tried}");
    }

    [Test]
    public void Batches_pools_layers_models_and_metrics_of_two_threads_live_on()
    {
        for (var seed = 0; seed < 60; seed++)
        {
            var schema = SmallTrainer.Schema();
            var (encoder, pool) = (SmallTrainer.Encoder(schema), new ExampleBatchPool(schema));
            var metrics = new ProgressiveMetrics(schema);
            using var tables = new EmbeddingTableSet(schema, Small);
            using var model = new LogisticRegression(schema);
            var layer = new EmbeddingLayer(tables, schema);
            var (shared, gradients) = (pool.Rent(), new FeatureBlocks(schema.Layout));
            void Work()
            {
                for (var round = 0; round < 30; round++)
                {
                    var own = pool.Rent();
                    encoder.Encode((round, 2, true, 1_700_000_000_000), own);
                    if (own.Rows != 1 || own.Ids(schema.Slots[0])[0] != round)
                        throw new InvalidDataException("other code wrote into a batch");
                    own.Dispose();
                }
                for (var round = 0; round < 30; round++)
                {
                    encoder.Encode((round, 2, true, 1_700_000_000_000), shared);
                    layer.LookupOrAdmit(shared, At.Seconds(1_700_000_000), round);
                    var logits = new float[shared.Rows];
                    gradients.Resize(shared.Rows);
                    model.Train(new TrainContext(layer.Inputs, shared, gradients, logits));
                    layer.ApplyGradients(gradients, At.Seconds(1_700_000_000), round);
                    metrics.Add(shared, logits);
                    if (round % 10 == 9) shared.Clear();
                    if (seed % 4 == 3 && round == 20) model.Dispose();
                    if (seed % 4 == 2 && round == 20) shared.Dispose();
                }
            }
            // A batch and a layer are for one thread, so any exception will do, so long as the tables and the pool live.
            var faults = Race.FaultsOf([() => Task.Run(Work), () => Task.Run(Work)]).GetAwaiter().GetResult();
            Assert.That(faults.OfType<InvalidDataException>(), Is.Empty, $"seed {seed}");
            Assert.That(tables.Count, Is.LessThanOrEqualTo(31));
            foreach (var table in tables.Tables)
                foreach (var chunk in table.EnumerateRows()) Assert.That(chunk.Ids.Length, Is.GreaterThan(0));
        }
    }

    [Test]
    public async Task Two_chains_that_open_on_the_same_tables_leave_one_whole()
    {
        var (opened, refused) = (0, 0);
        for (var seed = 0; seed < 20; seed++)
        {
            var store = new CopiedStore();
            SortedDictionary<string, string> expected;
            using (var maker = await ChainMaker.OpenAsync(store))
            {
                for (var commit = 0; commit < 3; commit++)
                {
                    maker.Learn(seed + commit);
                    await maker.CommitAsync(commit);
                }
                expected = SetState.Of(maker.Tables);
            }
            using var tables = ChainMaker.Set();
            var chains = new SnapshotChain?[3];
            var spin = new Random(seed).Next(30_000);
            async Task Open(int number)
            {
                Thread.SpinWait(number * spin);
                try
                {
                    chains[number] = await SnapshotChain.OpenAsync(store, tables);
                }
                catch (InvalidOperationException)
                {
                    Interlocked.Increment(ref refused);
                }
            }
            await Race.RunAsync($"seed {seed}", () => Open(0), () => Open(1), () => Open(2));
            var alive = chains.OfType<SnapshotChain>().ToArray();
            Assert.That(alive, Has.Length.LessThanOrEqualTo(1), $"seed {seed}");
            if (alive.Length == 0) continue;
            opened++;
            Assert.That(SetState.Difference(expected, SetState.Of(tables)), Is.Null, $"seed {seed}");
            await alive[0].CommitAsync(new Dictionary<string, ReadOnlyMemory<byte>>());
            var (state, why) = await ChainMaker.RestoredAsync(store);
            Assert.That(state, Is.Not.Null, $"seed {seed}: {why}");
            Assert.That(SetState.Difference(expected, state!), Is.Null, $"seed {seed}");
            alive[0].Dispose();
        }
        TestContext.Out.WriteLine($"opened {opened}, refused {refused}");
        Assert.That(opened, Is.GreaterThan(0));
    }

    [Test]
    public async Task Loads_of_two_kinds_into_the_same_tables_leave_them_whole_or_empty([Range(0, 3)] int kind)
    {
        var store = new CopiedStore();
        SortedDictionary<string, string> expected;
        using (var maker = await ChainMaker.OpenAsync(store))
        {
            for (var commit = 0; commit < 3; commit++)
            {
                maker.Learn(commit);
                await maker.CommitAsync(commit);
            }
            expected = SetState.Of(maker.Tables);
        }
        var (whole, empty) = (0, 0);
        for (var seed = 0; seed < 25; seed++)
        {
            using var tables = ChainMaker.Set();
            SnapshotChain? chain = null;
            var (loaded, problems, spin) = (0, 0, new Random(seed).Next(60_000));
            async Task Load()
            {
                await WarmStart.LoadAsync(store, tables, new() { WithOptimizerState = true });
                Interlocked.Increment(ref loaded);
            }
            async Task Verify()
            {
                var found = await SnapshotInspector.VerifyAsync(store, tables);
                if (found.Problems.Count > 0) Interlocked.Increment(ref problems);
            }
            async Task Open()
            {
                chain = await SnapshotChain.OpenAsync(await CopiedStore.OfAsync(store), tables);
                Interlocked.Increment(ref loaded);
            }
            Func<Task>[] pair = kind switch { 0 => [Load, Load], 1 => [Load, Open], 2 => [Verify, Open], _ => [Verify, Load] };
            var faults = await Race.FaultsOf([pair[0], async () => { Thread.SpinWait(spin); await pair[1](); }]);
            foreach (var fault in faults) Assert.That(fault, Is.InstanceOf<InvalidOperationException>().Or.TypeOf<SnapshotException>());
            if (loaded > 0)
            {
                whole++;
                var state = SetState.Of(tables);
                // A warm start takes no counted ids.
                foreach (var key in state.Keys.Where(key => key.EndsWith("pending", StringComparison.Ordinal)).ToArray())
                    state[key] = expected[key];
                Assert.That(SetState.Difference(expected, state), Is.Null, $"kind {kind}, seed {seed}, {loaded} loaded");
            }
            else
            {
                empty++;
                Assert.That(tables.Count, Is.Zero, $"kind {kind}, seed {seed}: {faults.Count} refused");
            }
            chain?.Dispose();
        }
        TestContext.Out.WriteLine($"whole {whole}, empty {empty}");
    }

    [Test]
    public async Task What_others_write_and_remove_while_tables_are_restored_is_committed_or_the_restore_is_refused()
    {
        var (opened, refused) = (0, 0);
        for (var seed = 0; seed < 45; seed++)
        {
            var store = new CopiedStore();
            using (var maker = await ChainMaker.OpenAsync(store))
            {
                for (var commit = 0; commit < 6; commit++)
                {
                    maker.Learn(seed + commit);
                    await maker.CommitAsync(commit);
                }
            }
            using var tables = ChainMaker.Set();
            using var stop = new CancellationTokenSource();
            var random = new Random(seed);
            var other = Task.Run(() =>
            {
                Thread.SpinWait(random.Next(100_000));
                for (var step = 0; step < 20 && !stop.IsCancellationRequested; step++)
                {
                    if (seed % 3 == 0) tables.Tables[step % 2].Remove([random.Next(200) - 100, random.Next(200) - 100, -1, 0, 1]);
                    if (seed % 3 == 1) tables.Tables[step % 2].Clear();
                    if (seed % 3 == 2) Traffic.Run(tables, seed + step, step);
                }
            });
            try
            {
                using var chain = await SnapshotChain.OpenAsync(store, tables);
                await other;
                await chain.CommitAsync(new Dictionary<string, ReadOnlyMemory<byte>>());
                var (state, why) = await ChainMaker.RestoredAsync(store);
                Assert.That(state, Is.Not.Null, $"seed {seed}: {why}");
                Assert.That(SetState.Difference(SetState.Of(tables), state!), Is.Null, $"seed {seed}");
                opened++;
            }
            catch (Exception exception) when (exception is SnapshotException or InvalidOperationException)
            {
                refused++;
            }
            stop.Cancel();
            await other;
        }
        TestContext.Out.WriteLine($"opened {opened}, refused {refused}");
        Assert.That(opened, Is.GreaterThan(0));
    }

    [Test]
    public async Task Two_readers_of_one_source_each_read_all_of_it()
    {
        var schema = SmallTrainer.Schema();
        var encoder = SmallTrainer.Encoder(schema);
        var records = Enumerable.Range(0, 500).Select(number => ((long)number, 1L, true, 1_700_000_000_000L));
        var one = ExampleSource.From(() => records, encoder, 7);
        var source = one.Then(one);
        for (var seed = 0; seed < 15; seed++)
        {
            async Task Read()
            {
                var next = 0;
                await foreach (var batch in source.ReadAsync(StreamPosition.Start, default))
                {
                    foreach (var id in batch.Ids(schema.Slots[0]).ToArray())
                        if (id != next++ % 500) throw new InvalidDataException($"{id} at {next - 1}");
                    batch.Dispose();
                    if (next > 600) batch.Dispose();
                }
                if (next != 1000) throw new InvalidDataException($"{next} records");
            }
            await Race.RunAsync($"seed {seed}", Read, Read, Read);
        }
    }

    private static float Ask(ModelReplica replica, int user)
    {
        using var request = replica.Rent(1);
        request.Shared.Id(request.Schema.Slots[0], user);
        request.Add().Id(request.Schema.Slots[1], 7);
        var score = new float[1];
        replica.Predict(request, score);
        return score[0];
    }

    private static void Verbs(EmbeddingTableSet set, int seed, int count)
    {
        for (var step = 0; step < count; step++)
        {
            Traffic.Run(set, seed + step, step);
            _ = set.Tables[0].Explain(step).ToString();
            _ = set.Tables[0].GetStatistics();
            _ = set.Tables[0].DryRun(new TimeToLiveOptions(TimeSpan.FromSeconds(step + 1)));
            _ = (set.Count, set.MemoryBytes, set.SetEventTimeBack(At.Seconds((uint)(1_700_000_000 - step))));
        }
    }
}
