namespace Monolith.Embeddings.TestKit.Tests.Wrong;

internal static class WrongStores
{
    public static IEnumerable<(string Rule, PlugInContract Contract)> All =>
    [
        ("A new store is empty", Contract(StoreFlaw.ListsTheManifest)),
        ("A file is invisible until it is committed, and then whole", Contract(StoreFlaw.ShowsWhatIsBeingWritten)),
        ("Without a commit nothing is left", Contract(StoreFlaw.CommitsWhenDisposed)),
        ("An empty file is a file", Contract(StoreFlaw.DropsEmptyFiles)),
        ("A name is not used twice", Contract(StoreFlaw.Overwrites)),
        ("Two writers of one name: one commits", Contract(StoreFlaw.LooksAtNamesOnce)),
        ("A file that is not there is missing", Contract(StoreFlaw.DeletesWhatIsNotThere)),
        ("A deleted file is gone, and an open reader sees its bytes or is told", Contract(StoreFlaw.ErasesWhatIsRead)),
        ("Every name that keeps the rules can be used", Contract(StoreFlaw.TakesShortNamesOnly)),
        ("A file stays when its writer is disposed", Contract(StoreFlaw.RemovesWhenDisposed)),
        ("Reads anywhere, from many threads, give the bytes", Contract(StoreFlaw.ReadsFromOnePosition)),
        ("Only a caller that knows the manifest replaces it", Contract(StoreFlaw.SwapsAlways)),
        ("Of many who replace one manifest exactly one wins", Contract(StoreFlaw.TakesTheTokenBefore)),
        ("Every replacement of a crowd counts", Contract(StoreFlaw.ForgetsSomeReplacements)),
        ("A cancelled call changes nothing", Contract(StoreFlaw.IgnoresCancellation)),
    ];

    private static SnapshotStoreContract Contract(StoreFlaw flaw) => new(() => new FlawedStore(flaw));
}
