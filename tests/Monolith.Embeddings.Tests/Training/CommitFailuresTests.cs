using Microsoft.Extensions.Logging.Abstractions;
using Monolith.Embeddings.CrashingTrainer;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Snapshots.Stores.Disk;
using Monolith.Embeddings.Tests.Snapshots;
using Monolith.Embeddings.Tests.Support;
using Monolith.Embeddings.Training;
using Monolith.Embeddings.Training.Commits;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Tests.Training;

/// <summary>Commits fail for one reason or another: training goes on or stops, as the options say of that reason.</summary>
public class CommitFailuresTests : LeakChecked
{
    private const int NoSpaceLeft = 28, DiskFull = unchecked((int)0x80070070);

    [TestCase(SnapshotFault.Storage, true, ExpectedResult = CommitFailureKind.OutOfRoom)]
    [TestCase(SnapshotFault.Storage, false, ExpectedResult = CommitFailureKind.Unreachable)]
    [TestCase(SnapshotFault.Missing, false, ExpectedResult = CommitFailureKind.Damaged)]
    [TestCase(SnapshotFault.Damaged, false, ExpectedResult = CommitFailureKind.Damaged)]
    [TestCase(SnapshotFault.Mismatch, false, ExpectedResult = CommitFailureKind.Damaged)]
    [TestCase(SnapshotFault.Refused, false, ExpectedResult = CommitFailureKind.Refused)]
    public CommitFailureKind The_kind_follows_from_the_failure(SnapshotFault fault, bool isFull) =>
        CommitFailures.KindOf(new SnapshotException(fault, "file", "x", "y", isFull ? Full() : null));

    [Test]
    public void An_empty_folder_may_be_a_disk_that_is_not_mounted() =>
        Assert.That(
            CommitFailures.KindOf(new SnapshotException(SnapshotFault.Missing, DiskManifest.Name, "a manifest", "none.")),
            Is.EqualTo(CommitFailureKind.Unreachable));

    [Test]
    public void Tries_come_ever_later_up_to_a_limit_and_at_once_after_a_success()
    {
        using var time = new ManualTime();
        var failures = Failures(new(), time);
        var waits = new List<double>();
        for (var i = 0; i < 8; i++)
        {
            failures.Add(Failure(SnapshotFault.Storage));
            waits.Add(failures.RetryIn.TotalSeconds);
        }
        Assert.That(waits, Is.EqualTo(new double[] { 1, 2, 4, 8, 16, 32, 60, 60 }));
        time.Advance(TimeSpan.FromSeconds(45));
        Assert.That(failures.RetryIn, Is.EqualTo(TimeSpan.FromSeconds(15)));
        failures.RetryNow();
        Assert.That(failures.RetryIn, Is.EqualTo(TimeSpan.Zero), "room was made");
        failures.Clear();
        Assert.That((failures.Count, failures.Last), Is.EqualTo((0, (object?)null)));
        failures.Add(Failure(SnapshotFault.Storage));
        Assert.That(failures.RetryIn, Is.EqualTo(TimeSpan.FromSeconds(1)));
    }

    [Test]
    public void Each_kind_is_counted_by_itself()
    {
        using var time = new ManualTime();
        var failures = Failures(new() { Damaged = 2 }, time);
        for (var i = 0; i < 100; i++) failures.Add(Failure(SnapshotFault.Storage));
        failures.Add(Failure(SnapshotFault.Damaged));
        failures.Add(Failure(SnapshotFault.Missing));
        Assert.That(failures.Count, Is.EqualTo(102));
        var last = Assert.Throws<SnapshotException>(() => failures.Add(Failure(SnapshotFault.Damaged)));
        Assert.That(last!.InnerException, Is.SameAs(failures.Last));
    }

    [Test]
    public void A_replaced_trainer_stops_whatever_is_tolerated()
    {
        using var time = new ManualTime();
        var failures = Failures(new() { Refused = null, Damaged = null }, time);
        failures.Add(Failure(SnapshotFault.Refused));
        var replaced = new SnapshotException(SnapshotFault.Refused, "file", "x", "y") { IsReplaced = true };
        Assert.That(Assert.Throws<SnapshotException>(() => failures.Add(replaced))!.IsReplaced);
    }

    [Test]
    public async Task Training_goes_on_for_as_long_as_the_disk_is_full([Values] bool isFull)
    {
        var store = new FaultyStore { Cause = isFull ? Full() : null };
        using var stop = new CancellationTokenSource();
        var (batches, mostFailures) = (0, 0);
        TrainerUnderTest trainer = null!;
        await using (trainer = new TrainerUnderTest(store, CrashScenario.ManySteps, o => o.Scored = (_, _) =>
        {
            var failures = trainer.Trainer.FailedCommitsInARow;
            mostFailures = Math.Max(mostFailures, failures);
            // More than were tolerated once.
            store.IsFull = ++batches > 5 && mostFailures <= 10;
            if (mostFailures > 10 && failures == 0) stop.Cancel();
        }))
        {
            Assert.That(() => trainer.Trainer.RunAsync(null, stop.Token), Throws.InstanceOf<OperationCanceledException>());
            Assert.That((trainer.Trainer.NewestCommit is null, trainer.Trainer.LastCommitFailure), Is.EqualTo((false, (object?)null)));
        }
    }

    [TestCase(SnapshotFault.Damaged, 10)]
    [TestCase(SnapshotFault.Refused, 0)]
    public async Task What_does_not_heal_by_itself_ends_the_run(SnapshotFault fault, int tolerated)
    {
        var store = new FaultyStore { Fault = fault };
        await using var trainer = new TrainerUnderTest(store, 60, o => o.Scored = (_, _) => store.IsFull = true);
        var failure = Assert.ThrowsAsync<SnapshotException>(() => trainer.Trainer.RunAsync());
        Assert.That((failure!.Fault, trainer.Trainer.FailedCommitsInARow), Is.EqualTo((fault, tolerated + 1)));
    }

    [Test]
    public void Failures_are_counted_by_kind()
    {
        using var measured = new Measured("monolith.training.commit_failures");
        using var time = new ManualTime();
        var failures = Failures(new(), time);
        failures.Add(new SnapshotException(SnapshotFault.Storage, "file", "x", "y", Full()));
        failures.Add(Failure(SnapshotFault.Missing));
        // Tests beside may fail of others.
        foreach (var kind in new[] { "out_of_room", "damaged" })
            Assert.That(measured.Since($"monolith.training.commit_failures kind={kind}"), Is.GreaterThanOrEqualTo(1));
    }

    [Test]
    public void Options_report_all_their_errors()
    {
        var options = new OnlineTrainerOptions
        {
            Synchronization = { Failures = new() { Unreachable = -1, RetryAfter = TimeSpan.Zero, RetryAtMost = TimeSpan.FromDays(2) } },
        };
        Assert.That(OptionFailures.PathsOf(() => OptionErrors.ThrowIfInvalid(options)), Is.EqualTo(new[]
        {
            "Synchronization.Failures.Unreachable", "Synchronization.Failures.RetryAfter", "Synchronization.Failures.RetryAtMost",
        }));
    }

    private static CommitFailures Failures(CommitFailureOptions options, TimeProvider time) => new(options, NullLogger.Instance, time);

    private static SnapshotException Failure(SnapshotFault fault) => new(fault, "file", "x", "y");

    private static IOException Full() => new("No space left on device", OperatingSystem.IsWindows() ? DiskFull : NoSpaceLeft);
}
