using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;
using Monolith.Embeddings.Diagnostics;
using Monolith.Embeddings.Kafka;
using Monolith.Embeddings.Tests.Architecture;

namespace Monolith.Embeddings.Tests.Diagnostics;

/// <summary>The rules of all log messages, and the page that lists them.</summary>
public partial class LogMessageTests
{
    private static readonly (Type Class, LoggerMessageAttribute Message)[] Messages =
    [
        .. from assembly in new[] { typeof(TableLog).Assembly, typeof(KafkaDeltaSource).Assembly }
           from type in assembly.GetTypes()
           from method in type.GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)
           let message = method.GetCustomAttribute<LoggerMessageAttribute>()
           where message is not null
           select (type, message),
    ];

    [Test]
    public void An_event_id_stands_for_one_message() =>
        Assert.That(Messages.GroupBy(m => m.Message.EventId).Where(g => g.Count() > 1).Select(g => g.Key), Is.Empty);

    [Test]
    public void All_messages_live_in_Diagnostics() =>
        Assert.That(Messages.Select(m => m.Class.Namespace), Has.All.Match(@"^Monolith\.Embeddings(\.Kafka.*)?\.Diagnostics$"));

    [Test]
    public void The_page_of_logs_lists_every_message_with_its_level()
    {
        var page = File.ReadAllText(Path.Combine(SourceFiles.Repository, "docs", "operations", "logs.md"));
        var listed = Row().Matches(page).Select(
            m => (Id: int.Parse(m.Groups[1].ValueSpan, System.Globalization.CultureInfo.InvariantCulture), Level: m.Groups[2].Value));
        Assert.That(listed, Is.EquivalentTo(Messages.Select(m => (m.Message.EventId, m.Message.Level.ToString()))));
    }

    [GeneratedRegex(@"^\| (\d{4}) \| (\w+) \|", RegexOptions.Multiline)]
    private static partial Regex Row();
}
