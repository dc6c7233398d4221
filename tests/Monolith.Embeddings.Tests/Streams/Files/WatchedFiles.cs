using Monolith.Embeddings.Streams;
using Monolith.Embeddings.Streams.Files;

namespace Monolith.Embeddings.Tests.Streams.Files;

/// <summary>Files of a log that something happens to just before the reader looks at them.</summary>
internal sealed class WatchedFiles(LogFiles files) : LogFiles
{
    /// <summary>What happens before the next look, once.</summary>
    public Action? BeforeLook { get; set; }

    internal override bool KeepsNames => files.KeepsNames;

    internal override bool MayComeLate => files.MayComeLate;

    internal override string Text => files.Text;

    internal override List<NamedFile> List()
    {
        var happens = BeforeLook;
        BeforeLook = null;
        happens?.Invoke();
        return files.List();
    }

    internal override void RequireAll() => files.RequireAll();

    internal override int CountBefore(List<NamedFile> names, string name) => files.CountBefore(names, name);
}
