package io.tocsin.identity;

import io.smallrye.config.ConfigSourceInterceptor;
import io.smallrye.config.ConfigSourceInterceptorContext;
import io.smallrye.config.ConfigValue;
import java.util.regex.Pattern;

/// A process that does one thing at its start and exits (`tocsin.command`: the migrations, the check of the audit)
/// takes
/// no token, so it asks no issuer anything, whatever the issuers are called.
public class IssuersOff implements ConfigSourceInterceptor {

    private static final long serialVersionUID = 1L;

    private static final Pattern ISSUER = Pattern.compile("quarkus\\.oidc\\.(.+\\.)?tenant-enabled");

    @Override
    public ConfigValue getValue(ConfigSourceInterceptorContext context, String name) {
        if (ISSUER.matcher(name).matches() && isCommand(context)) {
            return ConfigValue.builder().withName(name).withValue("false").build();
        }
        return context.proceed(name);
    }

    private static boolean isCommand(ConfigSourceInterceptorContext context) {
        ConfigValue command = context.proceed("tocsin.command");
        return command != null && Boolean.parseBoolean(command.getValue());
    }
}
