using Microsoft.Extensions.Options;
using Monolith.Embeddings.CrashingTrainer;
using Monolith.Embeddings.Snapshots.Audit;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tables.Observing;
using Monolith.Embeddings.Tests.Support;
using Monolith.Embeddings.Training;

namespace Monolith.Embeddings.Tests.Training.Audit;

/// <summary>What cannot be audited, and what is no audit.</summary>
public class AuditRefusalTests : LeakChecked
{
    [Test]
    public void A_trainer_without_a_store_refuses_what_would_have_no_effect()
    {
        Assert.That(() => Create(options => options.RemovalAudit = new()), Throws.ArgumentException.With.Message.Contains(
            "Synchronization has a RemovalAudit, which needs commits, and this trainer has no store. Give it one, or leave it null."));
        Assert.That(() => Create(options => (options.RemovalAudit, options.Gate) = (new(), new())),
            Throws.ArgumentException.With.Message.Contains("has a Gate and a RemovalAudit"));
        Assert.That(() => Create(options => options.RemovalAudit = new() { MaxEntries = 15 }),
            Throws.InstanceOf<OptionsValidationException>().With.Message.Contains("MaxEntries"));
    }

    [Test]
    public void What_is_written_is_read_and_nothing_else([Range(0, 4)] int seed)
    {
        var random = new Random(seed);
        var removals = Enumerable.Range(1, random.Next(1, 40)).Select(number => new AuditedRemoval(
            number, $"table {random.Next(3)}", random.Next(3) == 0 ? null : $"policy {random.Next(4)}",
            new RemovedRow(random.NextInt64(long.MinValue, long.MaxValue), (uint)random.Next(), (uint)random.Next(), (uint)random.Next(),
                (RemovalCause)random.Next(4)))).ToList();
        var bytes = RemovalFormat.Write(removals);
        Assert.That(RemovalFormat.Read(bytes), Is.EqualTo(removals));
        for (var length = 0; length < bytes.Length; length++)
            Assert.That(() => RemovalFormat.Read(bytes.AsSpan(0, length)), Throws.InstanceOf<FormatException>(), $"{length}");
        Assert.That(() => RemovalFormat.Read([.. bytes, 0]), Throws.InstanceOf<FormatException>());
        var cause = bytes.AsSpan(bytes.Length - sizeof(uint));
        cause[0] = 9;
        Assert.That(() => RemovalFormat.Read(bytes), Throws.InstanceOf<FormatException>().With.Message.Contains("cause 9"));
    }

    [Test]
    public void The_list_keeps_the_newest_in_order([Range(0, 9)] int seed)
    {
        var random = new Random(seed);
        var (most, number, cut, kept) = (random.Next(1, 200), 0L, 0L, new List<(long Number, string Table, long Id)>());
        var audit = new RemovalAudit(most);
        for (var i = 0; i < 2000; i++)
        {
            var (table, id) = ($"{random.Next(2)}", (long)random.Next(40));
            switch (random.Next(40))
            {
                case 0:
                    audit.Cut();
                    cut = number;
                    break;
                case 1:
                    var upTo = random.NextInt64(number + 1);
                    audit.Release(upTo);
                    kept.RemoveAll(one => one.Number <= upTo);
                    break;
                case 2:
                    audit.Forget(table, known => known % 3 == id % 3);
                    kept.RemoveAll(one => one.Table == table && one.Id % 3 == id % 3);
                    break;
                default:
                    audit.Add(table, null, new RemovedRow(id, 1, 2, 3, RemovalCause.Removed));
                    kept.Add((++number, table, id));
                    if (kept.Count > most) kept.RemoveAt(0);
                    break;
            }
            var after = random.NextInt64(number + 1);
            Assert.That(audit.AtCut(after).Select(one => (one.Number, one.Table, one.Row.Id)),
                Is.EqualTo(kept.Where(one => one.Number > after && one.Number <= cut)));
            var newest = kept.FindLastIndex(one => one.Table == table && one.Id == id);
            Assert.That(audit.Find(table, id)?.Number, Is.EqualTo(newest < 0 ? null : (long?)kept[newest].Number));
        }
    }

    private static void Create(Action<SynchronizationOptions> configure)
    {
        var schema = CrashScenario.CreateSchema();
        using var tables = CrashScenario.CreateTables(schema);
        using var model = CrashScenario.CreateModel(schema);
        var options = new OnlineTrainerOptions();
        configure(options.Synchronization);
        _ = new OnlineTrainer(tables, model, CrashScenario.CreateSource(schema, 1), options);
    }
}
