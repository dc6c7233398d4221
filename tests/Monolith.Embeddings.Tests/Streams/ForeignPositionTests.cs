using Monolith.Embeddings.Features;
using Monolith.Embeddings.Streams;
using Monolith.Embeddings.Streams.Joining.Reading;

namespace Monolith.Embeddings.Tests.Streams;

/// <summary>A source that gets the position of another one says what to do.</summary>
public sealed class ForeignPositionTests
{
    private static IEnumerable<TestCaseData> Readers =>
    [
        Reader("count", position => CountPosition.Read(position)),
        Reader("log", position => LogPosition.From(position)),
        Reader("shuffled", position => ShuffledPosition.From(position)),
        Reader("part", position => PartPosition.Split(position)),
        Reader("joiner", position => JoinPosition.From(position)),
    ];

    [TestCaseSource(nameof(Readers))]
    public void It_says_what_to_do_and_which_argument_it_is(Action<StreamPosition> read)
    {
        var foreign = new StreamPosition(new byte[] { 0xFF, 0xFF, 0xFF });
        Assert.That(() => read(foreign), Throws.ArgumentException.With.Property("ParamName").EqualTo("position")
            .And.Message.StartsWith("The position FFFFFF was not made by ").And.Message.Contains("another store: there history.Then(next)")
            .And.Message.Contains("WarmStart").And.Message.Not.Contains("..").And.Message.Not.Contains("::"));
    }

    private static TestCaseData Reader(string name, Action<StreamPosition> read) => new TestCaseData(read).SetArgDisplayNames(name);
}
