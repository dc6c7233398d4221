namespace SnapshotsSample.Tests;

/// <summary>A change of the schema, as an operator makes it.</summary>
[NonParallelizable]
public class MigrateTests
{
    [Test]
    public async Task Vectors_become_longer_and_training_goes_on()
    {
        using var folder = new StoreFolder();
        var (store, next) = (await folder.TrainedAsync("store"), folder.Path("next"));
        var planned = await SampleProgram.OutputOfAsync("migrate", store, next, "--to", "12", "--dry-run");
        Assert.That(planned, Does.StartWith("Dry run, nothing was written: commit ").And.Contain("predictions for 10,000 examples"));
        Assert.That(Directory.Exists(next), Is.False);
        var migrated = await SampleProgram.OutputOfAsync("migrate", store, next, "--to", "12");
        Assert.That(migrated, Does.StartWith("Migrated: commit ").And.Contain("kept in part segment          users/vector"));
        Assert.That(migrated, Does.Contain("(8 of 12 weights a row come from the 8 old ones, and 4 begin as in a new row)"));
        var trained = await SampleProgram.OutputOfAsync("train", next, "--dimension", "12", "--events", "7680");
        Assert.That(trained, Does.Contain("Learned from 7,680 events"));
        var again = await SampleProgram.RunAsync("migrate", store, next, "--to", "12");
        again.AssertOneLine();
        Assert.That(again.Error, Does.Contain("a migration is done, or it is the store of another model."));
    }
}
