using System.Reflection;
using Microsoft.Extensions.Logging;
using Monolith.Embeddings.Tables;

namespace Monolith.Embeddings.Cultures.Tests;

/// <summary>Every message that the library logs, with numbers and times that cultures write in different ways.</summary>
internal sealed class LogTexts : ILogger
{
    private readonly List<string> _texts = [];

    public static string[] All()
    {
        var logger = new LogTexts();
        foreach (var message in Messages())
            message.Invoke(null, [logger, .. message.GetParameters().Skip(1).Select(p => Value(p.ParameterType))]);
        return [.. logger._texts];
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _texts.Add($"{eventId.Id}: {formatter(state, exception)}");

    private static IEnumerable<MethodInfo> Messages() => typeof(EmbeddingTable).Assembly.GetTypes()
        .SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static))
        .Where(method => method.IsDefined(typeof(LoggerMessageAttribute)));

    private static object? Value(Type type)
    {
        if (type == typeof(int)) return -1234;
        if (type == typeof(long)) return -1234567L;
        if (type == typeof(float)) return -1234.5f;
        if (type == typeof(double)) return -1234.5;
        if (type == typeof(string)) return "text";
        if (type == typeof(DateTimeOffset)) return Tables.Now;
        return type.IsValueType ? Activator.CreateInstance(type) : null;
    }
}
